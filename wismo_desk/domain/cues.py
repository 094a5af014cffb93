"""Signs of what a question is about, found in its plain words; both the rules and the model look at them."""

# ruff: noqa: E501 - a sign is one pattern: cut into lines its alternatives could not be compared
from __future__ import annotations

import re
from typing import Final

_DAYTIME: Final = r"matin|soir|apres midi|midi|morning|afternoon|evening|noon|samedi|dimanche|saturday|sunday|weekend|week end"
_NOT: Final = r"(?:pas|rien|jamais|aucun\w*|non|ne|not|never|nothing|no)"
_COME: Final = (
    r"(?:recu\w*|receptionn\w*|arriv\w*|parven\w*|venu\w*|livre\w*|eu|la|received|arrived|come|came|here|turned|shown"
    r"|got|get|delivered|seen|vu|appeared)"
)
_SAID: Final = (
    r"(?:marqu\w*|indiqu\w*|dit|dites|disent|disant|note\w*|annonc\w*|declar\w*|d apres|selon|statut|apparemment"
    r"|parait|ecrit|affich\w*|pretend\w*|confirm\w*|status|marked|says?|said|shows?|showing|according|supposedly"
    r"|apparently|claims?|listed|notification|stated|passe a|comme|soi|mail|sms|message|suivi|email|tracking)"
)
_GIVEN: Final = r"(?:livre(?:e|s|es)?|distribue\w*|remise?s?|depose\w*|retire\w*|delivered|handed|collected|picked up|livraison)"

_CUES: Final[dict[str, str]] = {
    "where": r"\bou (?:est|en|es|se|sont|ca|il|elle|puis|c)\b|\bou$|est ou\b|il est ou|qu en est|que devient|\bwhere\b|whereabouts|ou (?:mon|ma)\b",
    "when": r"\bquand\b|quel(?:le)? (?:jour|date|heure|est la date)|a quelle|\bdate\b|\bdelai|combien de (?:temps|jour)"
    r"|dans combien|\bwhen\b|what (?:day|time|date)|how (?:long|much longer|many|soon)|\beta\b|estimat|bientot|soon",
    "deadline": r"avant (?:noel|xday|samedi|dimanche|le|la|ce)|before|in time|cadeau|anniv|birthday|christmas|noel|urgent",
    "order": r"\bcommand|\border|\bachat|purchase",
    "parcel": r"\bcolis|\bpaquet|parcel|package|\bpli\b|\bbox\b|carton|\bstuff\b|\btruc\b",
    "arrive": r"\barriv|parven|recev|\blivr|deliver|turn(?:ed)? up|show(?:ed)? up|get here|receive|\bcome\b|chez moi",
    "not_come": rf"\b{_NOT}\b(?: \w+){{0,4}}? {_COME}\b|{_COME} (?:a ce jour )?(?:rien|nothing|never)\b|j attends|waiting"
    r"|en attente|sans nouvelle|toujours rien|encore rien|pas de nouvelle|aucune nouvelle|still (?:no|not|waiting)"
    r"|nothing (?:yet|has|came)|personne n est (?:venu|passe)|nobody (?:came|showed)|no show|did not show|rien vu venir",
    "status": r"statut|status|\betat\b|avancement|nouvelles|\binfos?\b|information|renseign|update|\bnews\b|point sur"
    r"|progress|\bsuivi\b|tracking|acheminement|a jour|happening|going on|se passe|passee?\b",
    "late": r"retard|\blate\b|delay|overdue|devait|devrait|should have|supposed|depass|\btard|\bdepuis\b|since|xspan"
    r"|trop long|si long|c est long|so long|\bages\b|forever|prevue?\b|promis|due\b|expected|annonce|inquiet|worried|relance|chasing|following up",
    "stuck": r"bloqu|coince|stuck|avance|\bboug|evolu|mouvement|movement|arret|moved|not updat|\bscan|en transit"
    r"|in transit|douane|customs|held|plateforme|agence|depot|en route|on its way|acheminement|introuvable|en cours de livraison",
    "ship": r"\bexpedi|\benvoi|\benvoy|\bpost(?:e|ee|er|ed)\b|prepar|\bpart(?:i|ie|ir|ira|is|it)?\b|quitte|dispatch|\bship"
    r"|\bsent\b|\bsend|sending|processing|traitement|traitee?|entrepot|warehouse|vos locaux|vos stocks|handed|unfulfilled"
    r"|\bgo(?:es|ne)? out\b|(?:it|order|parcel|when|not) leaves?\b|left (?:your|the w|yet)|(?:has|not) left\b|sortir|remis (?:au|a la|le)|confie",
    "not_ship": r"(?:pas|non|jamais|not|never|isnt|aucun|no|toujours|encore|still)(?: \w+){0,3}? (?:expedi\w*|envoy\w*|envoi"
    r"|parti\w*|prepar\w*|dispatch\w*|ship\w*|sent|en preparation|en cours de (?:prepa|trait)\w*|traite\w*|processing|preparing)",
    "still_here": r"(?:still|encore|toujours|est il) (?:\w+ ){0,2}(?:with you|chez vous|dans vos)|\bpret[e]?\b|\bready\b|\bpacked\b|pris en charge|(?:donne|remis|confie) (?:\w+ ){0,2}(?:au|a la|le) (?:transporteur|poste|paquet|colis|xcarrier)|picked up by|attend\w* (?:le|la) (?:colis|remise)|handling time|dispatch time",
    "your_ship": r"(?:vous|you|votre|your)(?: \w+){0,4} (?:expedi\w*|envoy\w*|poste\w*|prepar\w*|ship|shipp\w*|send\w*|sent|dispatch\w*|traite\w*|l envoy\w*)",
    "shipped_past": r"expediee? (?:il y a|le)|parti(?:e)? (?:il y a|depuis)|shipped (?:a|last|xspan|ages|over)|sent (?:a|last) ",
    "said_given": rf"\b{_SAID}\b(?: \w+){{0,7}}? {_GIVEN}\b|soi(?:t)? disant",
    "given_but": rf"\b{_GIVEN}\b(?: \w+){{0,8}}? (?:mais|or|alors que|pourtant|sauf|faux|but|wrong|pas chez|rien|nothing|not|voisin|vide|introuvable)\b",
    "signed": r"\bsign(?:e|ed|ature|er)\b|voisin|neighbour|main propre|preuve|proof|photo|picture|conteste|vole\b|stolen|disparu|(?:it|is) gone\b",
    "who_got": r"who (?:took|received|signed|got|has|picked)|qui a (?:receptionn|recu|signe|pris|retire)|a qui\b|(?:someone|somebody) else (?:must|signed|took|has)|par quelqu un d autre|a quelqu un d autre|(?:chez|a) un autre|wrong (?:house|address|door|person)|mauvaise adresse je ne",
    "denied": r"(?:pas|rien|jamais|nothing|not|never|nowhere)(?: \w+){0,9} (?:pourtant|although|even though|though|alors que|selon (?:vous|le|la|moi)|marque|marked|according)|\bfaux\b|\bment[iu]|not true|nulle part|premiere nouvelle",
    "no_it": r"ne (?:le|la) trouve pas|boite(?: aux lettres)?(?: \w+){0,3} vide|rien dans|not in my|nowhere|rien trouve|introuvable|n ai rien|rien eu|j ai rien|do not have it|have not got it|did not (?:get|receive)",
    "address": r"\badress|\baddress|xstreet|postcode|code postal|\bzip\b|numero de rue|house number|appartement|\bapartment|flat number|domicile|\bstreet\b|\brue\b|\bville\b",
    "moved": r"demenag|\bi (?:have )?moved|moving|n habite plus|no longer live|new (?:place|home|house|flat)|ancien(?:ne)? (?:adresse|domicile)|old address|nouvelle adresse|new address",
    "change": r"\bchang|modifi|corrig|rectif|\bupdate|\bcorrect\b|switch|remplac",
    "wrong": r"wrong|mauvais|erreur|\btromp|\bfaux|\bfausse|incorrect|erron|incomplet|incomplete|mistake|goure|oublie|missing|il manque|mal ecrit|typed|n est pas le bon|is not right",
    "elsewhere": r"\bautre\b|\bailleurs|instead|plutot|au lieu|somewhere else|another|different|rediri|redirect|a mon (?:travail|bureau)|my (?:work|office)|chez (?:mes|ma|mon) |parents",
    "relay": r"relais|pickup point|pick up point|locker|consigne|collection point|point retrait|collect",
    "leave_it": r"\blaiss|\bdepos|\bleave (?:it|the|with|in|at|my|xnum)|\bput (?:it|the)|\bmettre|\bposer|do not leave",
    "place": r"gardien|concierge|doorman|voisin|neighbou?r|\bporte\b|\bdoor|porch|garage|\bshed|\babri|terrasse|portail|\bgate|jardin|garden|\breception\b|accueil|\blocal\b|boite aux lettres|mailbox|letterbox|\bsafe place|behind|derriere|devant (?:la|chez|ma)|outside\b|dehors",
    "code": r"digicode|\bcode\b|interphone|buzzer|intercom|\bsonn|\bbell\b|instructions?\b|consignes?\b|complementaire|access\b|etage|\bfloor|\blift|ascenseur|batiment|escalier|entrance|\bentree?r?\b|toquer|knock|\bdog\b|chien",
    "driver": r"livreur|chauffeur|\bdriver|facteur|postman|\bcourier\b",
    "call": r"appel|telephon|\bcall\b|\bphone me|\bring\b|joindre",
    "slot": r"creneau|time slot|\bslot\b|(?:fixer|choisir|preciser|choose|pick|schedule)(?: \w+){0,3} (?:heure|jour|date|horaire|time|day|delivery)|fin de journee|une heure avant|jour precis|apres xhour|avant xhour|after xhour|before xhour|" + _DAYTIME,
    "absent": r"\babsen|pas (?:la|chez moi|a la maison|a mon domicile|disponible|present)\b|\bnot (?:be )?(?:home|in|there|at home)|nobody (?:was |will be )?(?:home|in)"
    r"|no one (?:was |will be )?(?:home|in|rang)|nobody home|personne (?:a la maison|pour)|il n y aura personne|be out\b|was out|am out|\baway\b|vacances|holiday|vacation|conges|deplacement|etais sorti",
    "missed": r"avis de passage|\brate\b|\braten?|\bloup|\bmanque (?:la|le)|missed|card\b|pas pu me (?:remettre|livrer)|en mon absence|pendant que",
    "again": r"represent|redeliver|reprogramm|decal|\breport|repouss|repass|nouvelle livraison|seconde|2e|deuxieme|rearrange|postpone|\bhold\b|garder|garde\b|retarder|another day|plus tard|jusqu a quand|instance|deliver again|relivr|(?:tried|try) again|echou|echec|infructueu|tentative|attempt|failed delivery|\bslip\b|(?:keep|garde|reste|hold)(?: \w+){0,6} (?:post|point|relais|bureau|poste)|attendre avant|delay delivery",
    "carrier": r"transporteur|carrier|\bcourier|societe de (?:livraison|transport)|compagnie|delivery company|service de livraison|xcarrier",
    "who": r"\bqui (?:livre|est|s occupe|transporte|va livrer)|\bwho\b|quel(?:le)? (?:transporteur|livreur|societe|compagnie|service)|par quel|par qui|avec qui|avec quel|\bwhich\b|what (?:courier|carrier|delivery)|c est (?:xcarrier|quel)|xcarrier (?:ou|or) xcarrier",
    "which_relay": r"(?:quel|quelle|which|adresse du|nom du)(?: \w+){0,2} (?:relais|point|locker|pickup|magasin relais|shop)|where (?:do|can|is)(?: \w+){0,2} (?:collect|pick ?up|pickup)",
    "number_bad": r"(?:numero|lien|link|number|suivi|tracking)(?: \w+){0,5} (?:reconnu|trouve|found|work|fonctionn\w*|inconnu|unknown|information|invalide|broken|marche)",
    "back_sender": r"a l expediteur|back to (?:the )?sender|sens inverse|autre sens",
    "track_no": r"(?:numero|n|lien|code|reference)(?: de)? (?:suivi|tracking)|tracking (?:number|link|id|code)|\btracking \?|numero xcarrier|suivi s il vous plait",
    "track": r"\bsuivre|\bsuit\b|\btrack (?:my|it|the|this|xnum)|how (?:do|can) i track|where (?:do|can) i track|follow (?:my|the) (?:parcel|order|package)",
    "damaged": r"cass[e]|abim|endommag|ecras|bris[e]|fissur|ebrech|\bfel[e]|dechir|mouill|tremp[e]|eventr|defonc|raye|rayure|corn[e]|tach[e]|coul[e]|fuit?\b|miettes|morceaux|mauvais etat|damag|broken|crush|shatter|torn|\bbent\b|leak|soak|ruin|scratch|dent(?:ed|s)|cracked|pieces|ripped|\bwet\b|defect|hors service|en panne",
    "missing": r"il manque|manquant|\bmanque (?:un|une|le|la|des|deux)|missing|incomplet|vide\b|empty|only (?:got|received|xnum)|que xnum|instead of xnum|un (?:article )?sur deux|n y etait pas|oublie (?:un|une|le|la)|forgot|quantite|open(?:ed)?\b|ouvert",
    "wrong_item": r"(?:mauvais|pas le bon|pas la bonne|wrong|erreur d|erreur de|tromp\w* d|tromp\w* de) ?(?:article|produit|taille|couleur|modele|item|size|color|product|order|one)?|pas ce que|not what i|correspond pas|non conforme|(?:recu|received|got|sent|envoye|contient)(?: \w+){0,5} (?:quelqu un d autre|someone else|somebody else|autre cliente?)|au lieu d|une autre reference",
    "lost": r"\bperdue?s?\b|\blost\b|egare|\bperte\b|gone missing",
    "claim": r"enquete|investigat|reclam|\bclaim|indemn|compensat|dedommag",
    "item": r"\barticle|produit|\bmug|carnet|\bitem|product|t ?shirts?|stylo|notebook|\bpull|taille|size|couleur|color",
    "return": r"\bretour|\breturn|renvoyer|renvoye\b|sent back|send back|etiquette (?:de )?retour|reprenez",
    "refund": r"rembours|refund|\bavoir\b(?! des| une| un)|recredit|money back|opposition|chargeback",
    "cancel": r"annul|cancel|\bn en veux plus|do not want it|changed my mind|retract|\bstopper\b|stop (?:my|the|ma|la)",
    "invoice": r"factur|invoice|receipt|\btva\b|\bvat\b|devis|\bquote\b",
    "swap": r"echang|exchange|\bswap\b|ajouter|\badd (?:an|a|another)|modifier (?:la quantite|le contenu)",
    "product": r"is it made|\bmade\b|etanche|waterproof|ingredient|composition|how big|\breview|\bavis\b(?! de)|recommend|conseill|assembl|montage|notice|autre modele|en stock|back in stock|reassort|restock|existe|disponible en|available in|matiere|material|lavage|\blave|\bwash|dishwasher|guide|dimension|compatible|garantie|warranty|fabriqu|personnalis|logo|emballage cadeau|gift wrap|nouvelles? collections?|nouveautes|new collection|sale\b|soldes|taille (?:grand|petit)",
    "presale": r"livrez vous|vous livrez (?:en|a|aussi|le)|do you (?:ship|deliver)|frais de (?:port|livraison)|shipping cost|how much (?:is|does)|cout|quel prix|gratuit|free (?:delivery|shipping)|habituel|en general|usually|normally|modes? de livraison|delivery (?:options|times)|si je commande|if i order|avant (?:de commander|d acheter|de commande)|pas encore commande|not ordered|international|next day|etranger|abroad|belgique|suisse|luxembourg|espagne|italie|allemagne|canada|angleterre|guadeloupe|martinique|reunion|corse|ireland|scotland|germany|spain|belgium|australia|\busa\b|(?:is|free) delivery free|prix de l envoi",
    "account": r"sign in|check ?out|mot de passe|password|\bcompte\b|\baccount|connecter|connexion|log ?in|inscri|newsletter|unsubscribe|desabon|code promo|promo|reduction|discount|carte cadeau|gift card|bon d achat|fidelite|loyalty|paiement|payment|payer|debite|prelev|charged|rgpd|gdpr|donnees|personal data|e ?mail (?:address|de compte)|adresse (?:e ?)?mail",
    "shop": r"atelier|service client|service apres vente|horaires|opening hours|magasin|boutique|\bstore\b|your shop|located|ou etes|situee|point de vente|where are you",
    "pitch": r"refonte|agence web|google|collaboration|hiring|recrut|candidature|\bcv\b|\bstage\b|emploi|\bjob\b|partenariat|partnership|\bseo\b|referencement|nos (?:tarifs|services|solutions)|we offer|offre de|rates|wholesale|en gros|proposons|proposal|services? for|xurl|gagne|\bprize",
    "thanks": r"cheers|happy with|superbe|bravo|rien a redire|got it today|arrived safely|great\b|merci beaucoup|tout est (?:parfait|nickel|arrive)|parfait|satisf|tres content|lovely|love it|great service|thank you|bien recu|perfect|nickel|rapidite",
    "auto": r"reponse automatique|automatic reply|out of office|absent du bureau|absence du bureau|actuellement en conges|annual leave|autoreply",
    "greeting": r"bonjour|bonsoir|salut|hello|\bhi\b|\bhey\b|coucou|madame",
}  # fmt: skip
_COMPILED: Final = {name: re.compile(pattern) for name, pattern in _CUES.items()}
NAMES: Final = tuple(_CUES)


def cues(text: str) -> frozenset[str]:
    """The names of the signs in a text that went through `wording.plain`."""
    return frozenset(name for name, pattern in _COMPILED.items() if pattern.search(text))
