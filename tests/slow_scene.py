"""Sections 3 and 5 of docs/model.md once more, from that page alone; see slow_and_plain.py.

Each mechanism m has a function `m(p, memory, facts, district, branch)` that says what it adds, and
if it remembers, `m_hears(p, memory, facts, news, dt)`, that changes its memory.
"""

from math import exp, inf, log, log10
from types import SimpleNamespace

WEIGHT = {"police": 0.8, "army": 1.0, "commando": 3.0}
OPENS = {"councils": ["parley"], "broken_pledge": ["breach"], "tactical_retreat": ["withdraw"],
         "counterattack": ["counterattack"], "flight": ["abroad", "rejoin"]}  # fmt: skip
BY_DISTRICT = {"pledge": ["kept"], "legitimacy": ["asked"], "broken_pledge": ["near"],
               "leadership": ["forsaken"], "contagion": ["fell", "held_out"],
               "siege_and_pay": ["supply"], "attrition": ["bled"]}  # fmt: skip
OF_NATION = {"broadcast": ["shown"], "broken_pledge": ["way", "public"], "waiting": ["hope"]}


def clip(x, low, high):
    """Nearest number between the two ends."""
    return min(max(x, low), high)


def mean(x):
    """Plain mean."""
    return sum(x) / len(x)


def mean_near(land, x, d):
    """Border-weighted mean over the contacts of d."""
    return sum(x[n] * tie for n, tie in zip(land.neighbour[d], land.tie[d], strict=True))


def mean_in(group, x, d):
    """Plain mean over the province or corps of d."""
    return mean([y for y, of in zip(x, group, strict=True) if of == group[d]])


# ------------------------------------------------------------------------ 3 facts


def look(war, day):
    """The facts of section 3, by district, as copies."""
    f, land, all_d = SimpleNamespace(day=day), war.land, range(len(war.districts))
    f.land, f.held = land, [int(d.held) for d in war.districts]
    f.lost = mean(f.held)
    f.capitals_lost = sum(h * c for h, c in zip(f.held, land.capital, strict=True))
    f.capitals_lost /= max(sum(land.capital), 1)
    f.garrison, f.strength = garrisons(war)
    f.x, f.fighters = [d.x for d in war.districts], [d.fighters for d in war.districts]
    f.assault, f.captives = [d.assault for d in war.districts], [d.captives for d in war.districts]
    f.elder_ties = [d.elder_ties for d in war.districts]
    f.neighbours_lost = [mean_near(land, f.held, d) for d in all_d]
    f.siege = [1 - (1 - f.x[d]) * (1 - f.neighbours_lost[d]) for d in all_d]
    f.garrison_held = [t != d and not f.held[t] for d, t in enumerate(land.garrison_of)]
    f.reserve = [reserve_share(war, land.corps[d]) for d in all_d]
    read_calendar(war, f, day)
    return f


def garrisons(war):
    """Men who serve in each district, and the same by weight; none where insurgents hold."""
    men = [float(d.returned) for d in war.districts]
    strength = list(men)
    for post in war.posts:
        men[post.place] += len(post.men)
        strength[post.place] += WEIGHT[post.branch] * len(post.men)
    held = [d.held for d in war.districts]
    return tuple([0.0 if h else y for h, y in zip(held, x, strict=True)] for x in (men, strength))


def reserve_share(war, corps):
    """Share of a corps' mobile companies that still have men and stand in a capital."""
    companies = [war.posts[u] for u in war.land.mobile[corps] if u >= 0]
    ready = [post for post in companies if post.men and war.land.capital[post.place]]
    return len(ready) / max(len(companies), 1)


def read_calendar(war, f, day):
    """What the calendar says of a day."""
    c, all_d = war.land.calendar, range(len(war.districts))
    within = lambda at: day <= at < day + war.dt  # noqa: E731
    f.presence, f.air = between(c.ally_presence, day), between(c.air_support, day)
    f.announced = min(sum(share for at, share in c.announcements if at <= day), 1)
    f.base_gone = [day >= at for at in c.base_day]
    owed = between(c.pay_arrears, day)
    f.arrears = [max([owed] + [row[1 + d] for row in c.pay_here if row[0] <= day]) for d in all_d]
    f.order_days, f.capitals_days = day - c.order_day, day - c.capitals_day
    f.ceasefire = any(first <= day < after for first, after in c.ceasefires)
    f.breach_here = [sum(n for at, where, n in c.breaches if within(at) and where == d)
                     for d in all_d]  # fmt: skip
    f.breach_public = sum(n for at, n in c.breach_news if within(at))
    f.tenure = [min([day - at for at in d.chiefs if at <= day] + [10_000]) for d in war.districts]


def between(knots, day):
    """Value of a dated series: linear between knots, flat outside."""
    for (a, x), (b, y) in zip(knots, knots[1:], strict=False):
        if a <= day < b:
            return x + (y - x) * (day - a) / (b - a)
    return knots[0][1] if day < knots[0][0] else knots[-1][1]


# ------------------------------------------------------------------------ 5 mechanisms


def press(name, *arguments):
    """What a mechanism adds to pulls and to logs of rates in a district, for a branch."""
    return globals()[name](*arguments)


def remember(name, *arguments):
    """Let a mechanism hear the news, if it has a memory."""
    if name in BY_DISTRICT or name in OF_NATION:
        globals()[name + "_hears"](*arguments)


def begin(name, f):
    """Memory at the start: nothing but full stores and what there is to hope for."""
    start = {"supply": 1.0, "hope": hope_now(f)}
    memory = {of: by_district(f, lambda d, of=of: start.get(of, 0.0))
              for of in BY_DISTRICT.get(name, ())}  # fmt: skip
    return memory | {of: start.get(of, 0.0) for of in OF_NATION.get(name, ())}


def fade(p, dt):
    """What is left of a memory after a step."""
    return 2 ** (-dt / p.half_life)


def by_district(f, of):
    """A list over districts."""
    return [of(d) for d in range(len(f.held))]


def pledge(p, m, f, d, branch):
    first = p.first_weight * p.first_belief + m["kept"][d]
    again = p.first_weight * (1 - p.first_belief)
    return {"surrender": p.strength * (log(first / again) + p.allowance * first / (first + again))}


def pledge_hears(p, m, f, news, dt):
    y = [n / 10 for n in news["released"]]
    kept, reach, total = m["kept"], f.land.media_reach, sum(y)
    m["kept"] = by_district(f, lambda d: kept[d] * fade(p, dt) + y[d] + mean_near(f.land, y, d)
                            + p.media_weight * reach[d] * total)  # fmt: skip


def broadcast(p, m, f, d, branch):
    return {"surrender": p.strength * f.land.media_reach[d] * log10(1 + m["shown"])}


def broadcast_hears(p, m, f, news, dt):
    m["shown"] = m["shown"] * fade(p, dt) + sum(news["surrendered"])


def councils(p, m, f, d, branch):
    return {"parley": log(p.strength) + log(f.siege[d] + 0.001) + p.ties * f.elder_ties[d]}


def legitimacy(p, m, f, d, branch):
    standing = f.land.legitimacy[d] - p.feedback * f.lost
    return {"stay": p.strength * standing * (1 + p.question * m["asked"][d])}


def legitimacy_hears(p, m, f, news, dt):
    asked = m["asked"]
    m["asked"] = by_district(f, lambda d: min(
        asked[d] * fade(p, dt) + news["parleys"][d] / max(f.garrison[d] / 30, 1), 1))  # fmt: skip


def broken_pledge(p, m, f, d, branch):
    heard = m["near"][d] + f.land.media_reach[d] * m["public"]
    heard = p.strength * (1 - exp(-heard))
    return {"breach": log(p.strength * p.rate) + p.after_fighting * min(f.assault[d], 3),
            "surrender": p.on_surrender * heard, "stay": p.on_staying * heard}  # fmt: skip


def broken_pledge_hears(p, m, f, news, dt):
    y = by_district(f, lambda d: (news["breached"][d] + f.breach_here[d]) / 10)
    near, way, public = m["near"], m["way"], m["public"]
    out = 1 - exp(-dt / p.delay)
    m["near"] = by_district(f, lambda d: near[d] * fade(p, dt) + y[d] + mean_near(f.land, y, d))
    m["way"] = way * (1 - out) + sum(news["breached"]) / 10
    m["public"] = public * fade(p, dt) + way * out + f.breach_public / 10


def ally_withdrawal(p, m, f, d, branch):
    gone = 0.8 * (1 - f.presence) + 0.2 * f.base_gone[d]
    bare = min(abs(p.strength), 1) * p.material * clip(1 - f.air, -1, 1)
    loss = p.announcement * f.announced + (1 - p.announcement) * gone
    return {"stay": -p.strength * loss, "kill": bare / 2, "attack": bare}


def leadership(p, m, f, d, branch):
    depends = 0.5 + (branch == "police") / 2 - (branch == "commando") / 4
    lack = exp(-f.tenure[d] / p.settling) + p.let_down * m["forsaken"][d]
    return {"stay": -p.strength * depends * lack}


def leadership_hears(p, m, f, news, dt):
    forsaken, of, capital = m["forsaken"], f.land.province, f.land.capital
    lost = [y * c for y, c in zip(news["fell"], capital, strict=True)]
    m["forsaken"] = by_district(f, lambda d: min(
        forsaken[d] * fade(p, dt) + mean_in(of, lost, d) / mean_in(of, capital, d), 1))  # fmt: skip


def contagion(p, m, f, d, branch):
    held = 0.9 * p.first_weight + m["held_out"][d]
    fell = 0.1 * p.first_weight + m["fell"][d]
    return {"stay": p.strength * (held / (held + fell) - 0.9)}


def contagion_hears(p, m, f, news, dt):
    land = f.land
    for what, event in (("fell", "fell"), ("held_out", "retaken")):
        y = by_district(f, lambda d, e=event: news[e][d] * (1 + p.capital * land.capital[d]))
        old, whole = m[what], mean(y)
        m[what] = by_district(f, lambda d, y=y, old=old, whole=whole: old[d] * fade(p, dt) + 10 * (
            p.contact * mean_near(land, y, d) + p.province * mean_in(land.province, y, d)
            + p.corps * mean_in(land.corps, y, d) + p.nation * land.media_reach[d] * whole
        ))  # fmt: skip


def waiting(p, m, f, d, branch):
    pull = p.strength * m["hope"]
    return {"withdraw": pull, "desert": pull / 2, "abroad": pull / 2, "surrender": -pull}


def hope_now(f):
    """How much is left to wait for."""
    return (1 - f.capitals_lost) * (1 - f.lost / 2)


def waiting_hears(p, m, f, news, dt):
    m["hope"] += (hope_now(f) - m["hope"]) * (1 - fade(p, dt))


def fear(p, m, f, d, branch):
    threat = f.fighters[d] * (0.2 + f.siege[d] + f.assault[d])
    odds = (threat + 1) / (f.garrison[d] + 1)
    return {"stay": -p.strength * (1 - exp(-0.3 * odds**p.slope))}


def tactical_retreat(p, m, f, d, branch):
    pull = log(p.strength) + p.order * (f.order_days >= p.order_shift)
    pull -= p.distance * f.land.garrison_km[d] + p.roads * f.siege[d] + 50 * f.land.capital[d]
    return {"withdraw": pull, "counterattack": log(p.stretch) * f.lost * min(p.strength / 1e-6, 1)}


def counterattack(p, m, f, d, branch):
    worth = log(f.reserve[d] + 1e-6) - p.crowding * f.lost
    return {"counterattack": log(p.strength) + f.held[d] * worth}


def flight(p, m, f, d, branch):
    km = f.land.border_km[d]
    pull = log(p.strength) - (0.02 + p.distance) * km if km < 60 else -inf
    return {"abroad": pull, "rejoin": log(p.rejoin)}


def siege_and_pay(p, m, f, d, branch):
    hunger = max(0, 1 - 2 * m["supply"][d])
    unpaid = p.pay * log(1 + f.arrears[d]) * (0.5 + (branch == "police") / 2)
    return {"stay": -p.strength * (hunger + unpaid)}


def siege_and_pay_hears(p, m, f, news, dt):
    def next_supply(d):
        s, roads = m["supply"][d], (1 - f.siege[d]) / 2
        air = p.resupply * f.air * exp(-f.land.air_km[d] / p.reach)
        return clip(s + dt * ((air + roads) * (1 - s) - f.siege[d] / p.stock), 0, 1)

    m["supply"] = by_district(f, next_supply)


def targeting(p, m, f, d, branch):
    capital = p.sought if f.capitals_days >= p.capitals_shift else -p.spared
    worth = p.border * f.land.border_value[d] + p.joined * f.neighbours_lost[d]
    worth += p.contested * f.x[d] + f.land.capital[d] * capital
    return {"attack": p.strength * worth}


def attrition(p, m, f, d, branch):
    odds = clip(log((f.fighters[d] + 1) / (f.garrison[d] + 1)), -2.3, 2.3)
    return {"stay": -10 * p.strength * m["bled"][d],
            "kill": min(p.strength, 1) * p.odds * odds}  # fmt: skip


def attrition_hears(p, m, f, news, dt):
    bled, killed = m["bled"], news["killed"]
    m["bled"] = by_district(f, lambda d: clip(
        bled[d] * fade(p, dt) + killed[d] / max(f.garrison[d] + killed[d], 1), 0, 1))  # fmt: skip
