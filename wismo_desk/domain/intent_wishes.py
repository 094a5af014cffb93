"""What a mail asks and wishes for in so many words, by rules that rather miss than err: beside the model's judgement."""

# ruff: noqa: E501 - a sign is one pattern: cut into lines its alternatives could not be compared
from __future__ import annotations

import re
from typing import Final

from wismo_desk.domain.intent import Intent, Task

_GAP: Final = r"(?:\w+ ){0,3}"
_ADDRESS: Final = r"addres\w*|adress\w*"
_KEEPER: Final = (
    r"(?:voisin\w*|gardien\w*|concierge|accueil|neighbou?r\w*|caretaker|doorman|porter|reception)"
)
_PLACE: Final = rf"(?:{_KEEPER}|garage|portail|boite aux lettres|abri|jardin|terrasse|porch|shed|safe place|letter ?box|mailbox|garden)"
_WISHES: Final[dict[Intent | Task, re.Pattern[str]]] = {
    Task.CANCEL: re.compile(
        r"(?<!\best )(?<!\bete )(?<!\betait )(?<!\bsoit )(?<!\bnot )(?<!\bnever )(?<!\bwithout )(?<!\bsans )(?<!\bne )(?<!\bpas )(?<!\bn )(?<!\bpas l )(?<!\bne l )(?<!\bpas me l )"
        r"\b(?:annule[rz]?|annulons|annulation|annulerai[st]?|cancell?ation|cancell?ing|cancel)\b(?! pas\b)"
        rf"|\b(?:want|like|have|get|need) {_GAP}cancell?ed\b|\bn en (?:veux|voulons) plus\b|\bne (?:la |le |l )?(?:veux|souhaite|desire) plus\b"
        r"|\b(?:do|does) not (?:want|need) (?:it|this|the|my|that)(?: \w+)? (?:any ?more|any longer)\b|\bno longer (?:want|need) (?:it|this|the|my)\b"
        r"|\b(?:arretez|arreter|stoppez|stopper|stop) (?:tout de suite )?(?:ma|la|cette|my|the|this) (?:commande|order)\b|\bretracter\b|\bmy right of withdrawal\b"
    ),
    Task.TELL_ADDRESS: re.compile(
        rf"\b(?:quelle|quel|which|what) (?:\w+ ){{0,2}}(?:{_ADDRESS})\b(?! (?:e )?e?mail)(?! (?:du|de la|des?|of|for) (?:the )?(?:relais|point|pick|locker|retour|return|boutique|magasin|depot))(?! (?:\w+ ){{0,5}}(?:renvo\w*|retourn\w*|return|send (?:it|them) back))"
        rf"|\b(?:confirme[rz]?|rappele[rz]?|verifie[rz]?|confirm|check|tell me) (?:\w+ )??(?:\w+ )??(?:the |l |votre |mon )?(?:{_ADDRESS}) (?:de livraison|d expedition|d envoi|you have|que vous avez|it is|of delivery)\b"
    ),
    Intent.CHANGE_ADDRESS: re.compile(
        rf"\b(?:change[rz]?|changing|changement|modifie[rz]?|modification|corrige[rz]?|rectifie[rz]?|update|correct) (?:\w+ ){{0,3}}(?:{_ADDRESS})\b"
        rf"|\b(?:nouvelle adresse|new address|autre adresse|another address|different address)\b"
        r"|\b(?:livre[rz]|expedie[rz]|envoye[rz]|deliver|send|ship) (?:\w+ ){0,3}(?:ailleurs|somewhere else|elsewhere|to my (?:work|office)|a mon (?:travail|bureau))\b"
        r"|\b(?:j ai|nous avons|je viens de) demenage\w*|\b(?:i|we) (?:have )?moved (?:house|home|to)\b"
    ),
    Intent.DELIVERY_INSTRUCTIONS: re.compile(
        rf"\b(?:livre[rz]|laisse[rz]|depose[rz]|remett(?:re|ez)|mett(?:re|ez)|confie[rz]|donne[rz]|pose[rz]|leave|put|drop|hand|deliver) (?:(?!et |and |puis |then )\w+ ){{0,5}}{_PLACE}\b"
        r"|\bdigicode\b|\bcode (?:du|de la|d|de l) (?:portail|porte|entree|immeuble)\b|\b(?:gate|door|entry) code\b"
    ),
    Intent.ABSENT: re.compile(
        r"\b(?:je|nous|on) (?:ne )?(?:serai|serais|serons|sera|suis|sommes) (?:pas (?:la\b|chez (?:moi|nous)|a la maison|disponible|present)|absente?s?\b|en (?:vacances|conges|deplacement))"
        r"|\b(?:i|we) (?:ll |will |shall |am |are )(?:not be|be|not) (?:away|absent|on holiday|out of town)\b|\b(?:i|we) (?:am|are) (?:away|absent|on holiday)\b"
        r"|\b(?:i|we) (?:ll |will |shall |am |are )?not (?:be )?(?:at )?(?:home|in)\b|\b(?:un autre jour|another day|nobody will be (?:home|in)|personne ne sera (?:la|a la maison))\b"
    ),
    Intent.WHICH_CARRIER: re.compile(
        r"\bquel(?:le)? (?:est le )?transporteur\b|\b(?:which|what) (?:carrier|courier)\b|\b(?:quel est|what is) (?:\w+ ){0,2}(?:numero de suivi|tracking number)\b"
    ),
    Intent.WHERE_IS_IT: re.compile(
        r"\bou (?:est(?! ce)|en est|se trouve|sont)\b|\bwhere (?:is|are)\b|\bqu en est il\b"
        r"|\bquand (?:\w+ ){0,4}(?:arriv\w*|livre\w*|recevoir|recevrai|aurai)\b|\bwhen (?:\w+ ){0,5}(?:arriv\w*|come|delivered|get here|receive)\b"
    ),
}  # fmt: skip
_OBJECT: Final = (
    r"(?! (?:\w+ ){0,3}(?:factures?|invoice|receipt|mails?|email|e mail|confirmation|numero|number|lien|link|nouvelles?|news|update|reponses?"
    r"|reply|answer|response|remboursement|refund|avoir|messages?|sms|suivi|tracking|avis|information|infos?|retour|notification)\b)"
)
_DENIES: Final = re.compile(
    rf"\b(?:pas|jamais|rien|toujours rien|encore rien) (?:\w+ ){{0,3}}?(?:recue?s?|receptionne\w*|arrivee?s?|parvenue?s?|eue?s?|vue?s?|livree?s?){_OBJECT}\b"
    rf"|\b(?:recu|eu|vu) (?:a ce jour )?rien\b{_OBJECT}|\b(?:toujours|encore) rien(?: recu)?\b(?! {_GAP}(?:reponse|nouvelle))|\brien (?:recu|dans (?:ma|la|notre) boite|chez moi|a mon domicile)\b"
    rf"|\b(?:not|never|nothing has|nothing) (?:\w+ ){{0,3}}?(?:received|arrived|come|came|got|gotten|delivered|showed|shown|turned|seen|reached|receive|get|arrive|have it|show up){_OBJECT}\b"
    r"|\b(?:still|yet) (?:not|nothing|no (?:parcel|package|order|sign))\b|\bstill waiting\b|\bj attends (?:toujours|encore)\b|\b(?:not|nothing|n est pas|pas) here\b|\b(?:n est|est) (?:toujours |encore )?pas (?:encore )?(?:la|arrive\w*)\b"
    r"|\b(?:toujours|encore) pas (?:de |mon |ma |le |la |notre |recu )(?:\w+ )?(?:colis|paquet|commande|livraison)\b|\bpas de (?:colis|paquet)\b|\bne (?:le|la|les) (?:vois|trouve) (?:pas|nulle)\b|\b(?:can not|could not|do not) (?:find|see) (?:it|my (?:parcel|package|order))\b|\b(?:sans l avoir|without having) (?:\w+ )?rece?(?:ived|u)e?\b|\bno (?:parcel|package|delivery)\b"
)  # fmt: skip


_SPARED: Final = re.compile(
    r"\b(?:ne|n|pas|not|never|without|sans|ete|been|est|was|is) (?:\w )?(?:annul|cancel)"
)


def spares(plain: str) -> bool:
    """Whether cancelling is spoken of without being wished for: done already, or not to be done."""
    return bool(_SPARED.search(plain))


def wishes(plain: str) -> tuple[Intent | Task, ...]:
    """Each once, by their places in a text that went through `wording.plain`."""
    found = {point: match.start() for point, sign in _WISHES.items() if (match := sign.search(plain))}
    return tuple(sorted(found, key=lambda point: found[point]))


def denies_receipt(plain: str) -> bool:
    """Whether somebody says that they have not got their parcel; a mail or an invoice not received is none."""
    return bool(_DENIES.search(plain))
