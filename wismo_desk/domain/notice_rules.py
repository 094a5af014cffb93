"""Who is told what, by which channel and when: the merchant's rules, and the verdict on one notice that is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from hashlib import blake2s
from typing import Any, Final

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import OF_CLAIMS, Channel, Milestone, Notice, overtaken, rung

SCOPE: Final = "notice_rules"  # of VALUE_SET facts; one key
KEY: Final = "rules"
STOPS: Final = "notice_stop"  # key: the mark of an address; value: {"stopped": true, "why": …}

OVERTAKEN: Final = "Not sent: later news made it untrue or needless."
MERGED: Final = "Not sent: it was told together with later news."
STOPPED: Final = "Not sent: this customer asked for no more messages."
QUIET: Final = "It waits for the end of the quiet hours."
TOO_SOON: Final = "It waits: this customer had a message a short while ago."
IN_TURN: Final = "It waits for an earlier message of the same shipment."
_STEPS: Final = tuple(Milestone)
_TURN: Final = timedelta(seconds=20)
_TOLD: Final = (EffectState.SENDING, EffectState.DONE, EffectState.IN_DOUBT)

# Days a parcel waits at the pickup point: DPD's shops and Mondial Relay as their public pages said (foresight.md §4);
# the rest is a guess on the safe side. A merchant's own figure replaces it.
PICKUP_DAYS: Final[Mapping[str, int]] = {"dpd_france": 7, "mondial_relay": 14}
PICKUP_GUESS: Final = 7


_BY_SMS: Final = frozenset(
    {
        Milestone.OUT_FOR_DELIVERY,
        Milestone.ATTEMPTED,
        Milestone.READY_FOR_PICKUP,
        Milestone.PICKUP_LAST_REMINDER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """An exception to what is usual. An empty set is everything; no `channels`: nobody is told."""

    milestones: frozenset[Milestone] = frozenset()
    shops: frozenset[str] = frozenset()  # where the order comes from
    carriers: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    channels: frozenset[Channel] = frozenset()
    language: str = ""  # "" as usual | fr | en

    def fits(self, news: News) -> bool:
        """Whether it decides on this piece of news."""
        return all(
            not wanted or said in wanted
            for wanted, said in (
                (self.milestones, news.milestone),
                (self.shops, news.shop),
                (self.carriers, news.carrier),
                (self.countries, news.country.upper()),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the rules look at."""

    milestone: Milestone
    shop: str
    carrier: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """`told`: the news of each channel but e-mail, whose list is in the mail settings. Hours are wall time; a
    quiet stretch may cross midnight, and none is when both ends are the same. `gap`: minutes between two messages
    of one order by one channel. `pickup_days` replaces ours."""

    told: Mapping[Channel, frozenset[Milestone]] = field(
        default_factory=lambda: {Channel.SMS: _BY_SMS, Channel.WEBHOOK: frozenset(Milestone)}
    )
    exceptions: tuple[NoticeRule, ...] = ()
    quiet_from: time = time(21, 30)
    quiet_to: time = time(8, 0)
    quiet: frozenset[Channel] = frozenset({Channel.SMS})  # a mailbox does not ring
    gap: int = 0
    merge: bool = True
    necessary: frozenset[Milestone] = frozenset({Milestone.READY_FOR_PICKUP, Milestone.RETURNING})
    pickup_days: Mapping[str, int] = field(default_factory=dict)

    def channels(self, news: News, mail: Collection[Milestone]) -> frozenset[Channel]:
        """By which of the channels it is told. `mail`: what e-mail usually tells. Exceptions are about customers:
        a program is told as ever. One for all news does not switch on that of claims: it must name it."""
        usual = {**self.told, Channel.EMAIL: mail}
        told = frozenset(channel for channel, milestones in usual.items() if news.milestone in milestones)
        for rule in self.exceptions:
            if rule.fits(news):
                if news.milestone in OF_CLAIMS - rule.milestones and not told - {Channel.WEBHOOK}:
                    return told
                return (told & {Channel.WEBHOOK}) | (rule.channels - {Channel.WEBHOOK})
        return told

    def language(self, news: News) -> str:
        """ "fr", "en", or "" for the usual."""
        return next((rule.language for rule in self.exceptions if rule.fits(news)), "")

    def waits(self, carrier: str) -> timedelta:
        """How long a parcel of this carrier waits at its pickup point."""
        days = self.pickup_days.get(carrier) or PICKUP_DAYS.get(carrier, PICKUP_GUESS)
        return timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Send it now (neither is set), look again at `until`, or `drop` it. `sentence` says why."""

    sentence: str = ""
    until: datetime | None = None
    drop: bool = False


SEND: Final = Verdict()


def verdict(
    notice: Notice,
    others: Sequence[Notice],
    rules: NoticeRules,
    *,
    now: datetime,
    zone: tzinfo,
    stopped: bool = False,
) -> Verdict:
    """On one notice that is due. `others`: all of its order. What a person sends again is sent."""
    if notice.details.get("by_hand"):
        return SEND
    if stopped and notice.milestone not in rules.necessary and notice.channel is not Channel.WEBHOOK:
        return Verdict(STOPPED, drop=True)
    same = [one for one in others if one.channel is notice.channel and one.notice_id != notice.notice_id]
    if notice.channel is Channel.WEBHOOK:  # a program is told everything, in its order
        return Verdict(IN_TURN, until=now + _TURN) if _earlier_waits(notice, same) else SEND
    if overtaken(notice, same):
        return Verdict(OVERTAKEN, drop=True)
    if rules.merge and any(_replaces(one, notice, now) for one in same):
        return Verdict(MERGED, drop=True)
    if notice.channel in rules.quiet and (wakes := quiet_until(now, rules, zone)) is not None:
        return Verdict(QUIET, until=wakes)
    return _gap(same, rules, now)


def _earlier_waits(notice: Notice, same: Sequence[Notice]) -> bool:
    open_ = (EffectState.PENDING, EffectState.SENDING)
    mine = _place(notice)
    return any(
        one.shipment_id == notice.shipment_id
        and one.state in open_
        and one.due_at <= notice.due_at + timedelta(minutes=60)
        and one.created_at <= notice.created_at
        and _place(one) < mine
        for one in same
    )


def _place(notice: Notice) -> tuple[datetime, int]:
    """In the order of what happened."""
    said = notice.details.get("happened_at")
    at = datetime.fromisoformat(str(said)) if said else notice.created_at
    return at, _STEPS.index(notice.milestone)


def _replaces(later: Notice, earlier: Notice, now: datetime) -> bool:
    """Whether news that waits to be told now as well makes an earlier piece needless."""
    mine, theirs = rung(earlier), rung(later)
    return (
        later.shipment_id == earlier.shipment_id
        and later.state is EffectState.PENDING
        and later.due_at <= now + timedelta(minutes=10)  # a claim of this turn moves it by its lease
        and later.expires_at > now
        and mine is not None
        and earlier.milestone is not Milestone.CONFIRMED  # a receipt, whatever follows
        and theirs is not None
        and theirs > mine
    )


def _gap(same: Sequence[Notice], rules: NoticeRules, now: datetime) -> Verdict:
    last = max((one.changed_at for one in same if one.state in _TOLD), default=None)
    if last is None or last + timedelta(minutes=rules.gap) <= now:
        return SEND
    return Verdict(TOO_SOON, until=last + timedelta(minutes=rules.gap))


def quiet_until(now: datetime, rules: NoticeRules, zone: tzinfo) -> datetime | None:
    """When the quiet hours that hold at `now` end; None when they do not hold."""
    start, end = rules.quiet_from, rules.quiet_to
    local = now.astimezone(zone)
    clock = local.time()
    if start == end:
        return None
    over_night = start > end
    holds = (clock >= start or clock < end) if over_night else start <= clock < end
    if not holds:
        return None
    day = local.date() + timedelta(days=1 if over_night and clock >= start else 0)
    return datetime.combine(day, end, zone).astimezone(now.tzinfo)


def address_mark(address: str) -> str:
    """32 bits of an e-mail address or a telephone number, blind to letter size and blanks: enough to know who
    wants no more messages, and not who that is."""
    plain = "".join(address.split()).casefold()
    return blake2s(plain.encode("utf-8", "replace"), digest_size=4).hexdigest()


# As a value of a fact


def dump_rules(rules: NoticeRules) -> dict[str, object]:
    return {
        "told": {channel.value: _words(told) for channel, told in rules.told.items()},
        "exceptions": [
            {
                "milestones": _words(rule.milestones),
                "shops": sorted(rule.shops),
                "carriers": sorted(rule.carriers),
                "countries": sorted(rule.countries),
                "channels": _words(rule.channels),
                "language": rule.language,
            }
            for rule in rules.exceptions
        ],
        "quiet_from": f"{rules.quiet_from:%H:%M}",
        "quiet_to": f"{rules.quiet_to:%H:%M}",
        "quiet": _words(rules.quiet),
        "gap": rules.gap,
        "merge": rules.merge,
        "necessary": _words(rules.necessary),
        "pickup_days": dict(rules.pickup_days),
    }


def read_rules(saved: Any) -> NoticeRules:
    """Ours where nothing was saved. What a later version added is left out; KeyError and ValueError are bugs."""
    if not saved:
        return NoticeRules()
    told = {Channel(channel): _milestones(milestones) for channel, milestones in saved["told"].items()}
    if told.get(Channel.WEBHOOK, frozenset()) | OF_CLAIMS == frozenset(Milestone):
        told[Channel.WEBHOOK] = frozenset(Milestone)  # a program that was told all there was
    return NoticeRules(
        told=told,
        exceptions=tuple(
            NoticeRule(
                milestones=_milestones(row["milestones"]),
                shops=frozenset(row["shops"]),
                carriers=frozenset(row["carriers"]),
                countries=frozenset(row["countries"]),
                channels=frozenset(Channel(each) for each in row["channels"]),
                language=row["language"],
            )
            for row in saved["exceptions"]
        ),
        quiet_from=time.fromisoformat(saved["quiet_from"]),
        quiet_to=time.fromisoformat(saved["quiet_to"]),
        quiet=frozenset(Channel(each) for each in saved["quiet"]),
        gap=saved["gap"],
        merge=saved["merge"],
        necessary=_milestones(saved["necessary"]),
        pickup_days=dict(saved["pickup_days"]),
    )


def _words(values: Collection[Milestone] | Collection[Channel]) -> list[str]:
    return sorted(each.value for each in values)


def _milestones(values: Collection[str]) -> frozenset[Milestone]:
    known = {each.value for each in Milestone}
    return frozenset(Milestone(each) for each in values if each in known)
