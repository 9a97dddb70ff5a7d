"""The model of docs/model.md once more, written from that page alone and without the engine.

One object for each soldier, post and district, ordinary dice, nothing clever: to be read beside
the page, and to be docked with the engine [axtell1996] by test_docking.py.
"""

from math import ceil, exp, inf, log
from statistics import NormalDist, pstdev
from types import SimpleNamespace

from slow_scene import OPENS, WEIGHT, begin, garrisons, look, mean, press, remember

DOORS = ("surrender", "desert", "abroad")
FATES = ("surrendered", "deserted", "abroad", "killed", "killed_after_surrender", "returned",
         "withdrew")  # fmt: skip
MANNERS = ("negotiated", "abandoned", "assault", "ordered")
NEWS = ("fell", "retaken", "left", "surrendered", "released", "killed", "breached", "parleys",
        "abroad", "attacks")  # fmt: skip
BRANCHES = ("police", "army", "commando")
GATE = {"surrender": "surrendered", "desert": "deserted", "abroad": "abroad"}
_MEDIANS = [NormalDist().inv_cdf(q) for q in (1 / 8, 3 / 8, 5 / 8, 7 / 8)]
NODES = [z / pstdev(_MEDIANS) for z in _MEDIANS]
TRAPPED = 50.0


def logistic(x):
    """Chance of a logit."""
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


def binomial(n, chance, rng):
    """How many of n succeed."""
    return sum(rng.random() < chance for _ in range(n))


class Clock:
    """Adds up a rate over time; rings at a lot that is drawn anew for each event."""

    def __init__(self, rng):
        """Start at zero with the first lot."""
        self.time, self.rng = 0.0, rng
        self.lot = rng.expovariate(1)

    def rings(self, hazard):
        """Run on; ring at most once."""
        self.time += hazard
        return hazard > 1e-12 and self.time >= self.lot and self.next()

    def next(self):
        """Take the lot off and draw the next."""
        self.time -= self.lot
        self.lot = self.rng.expovariate(1)
        return True


class Soldier:
    """A man with his three lots."""

    __slots__ = ("die_at", "k", "leave_at", "taste")

    def __init__(self, k, rng):
        """Draw the lots of a man in resolve class k."""
        self.k, self.taste = k, rng.random()
        self.leave_at, self.die_at = rng.expovariate(1), rng.expovariate(1)


class Post:
    """Men of one branch who stand in one place."""

    def __init__(self, u, land, g, resolve_at, rng):
        """Muster post u at its home."""
        self.home = self.place = land.home[u]
        self.branch = BRANCHES[land.branch[u]]
        there = int(land.paper[u] * (1 - g.ghosts) + rng.random())
        self.men = [Soldier((i - land.post_key[u]) % 4, rng) for i in range(there)]
        self.resolve = g.spread_post * rng.gauss(0, 1)
        self.resolve += resolve_at[self.home]
        self.nerve, self.gains = rng.random(), rng.random() < g.commander_gains
        self.worn, self.hurt = [0.0] * 4, 0.0  # hazards of leaving, by class, and of dying
        self.elders, self.order = Clock(rng), Clock(rng)
        self.together = 0.0  # chance to keep together at a fall


class District:
    """A place: who holds it, who stands before it, and the men outside posts."""

    def __init__(self, d, land, g, rng):
        """Draw the character of district d."""
        self.elder_ties = land.elder_proxy[d] + g.elder_spread * rng.gauss(0, 1)
        self.held = self.held_at_start = rng.random() < land.held_chance[d]
        self.score = g.contest_proxy * land.contest_proxy[d] + rng.gauss(0, 1) + 100 * self.held
        self.x = self.fighters = self.assault = self.full = 0.0
        self.captives = self.released = self.away = self.returned = 0
        self.attack, self.breach, self.relief = Clock(rng), Clock(rng), Clock(rng)
        c = land.calendar
        self.chiefs = [days[d] for days, share in zip(c.appointments, c.replaced_share, strict=True)
                       if rng.random() < share]  # fmt: skip
        self.fates = dict.fromkeys(FATES, 0)
        self.tally = dict.fromkeys(MANNERS, 0)
        self.first_fall, self.manner, self.n_falls, self.n_retaken = inf, None, 0, 0


class War:
    """A war as it stands; `fight` returns it as it ended."""

    def __init__(self, land, mechanisms, values, dt, rng):
        """Section 2 of the page."""
        self.land, self.dt, self.rng = land, dt, rng
        self.g = SimpleNamespace(**values["ground"])
        self.p = {m: SimpleNamespace(**values[m]) for m in sorted(mechanisms)}
        self.p = {m: p for m, p in self.p.items() if p.strength != 0}
        self.exists = {"stay", "surrender", "desert", "moment", "attack", "kill"}
        self.exists |= {what for m in self.p for what in OPENS.get(m, ())}
        size = len(self.land.capital)
        self.districts = [District(d, self.land, self.g, rng) for d in range(size)]
        alike = {v: rng.gauss(0, 1) for v in sorted(set(self.land.province))}
        resolve_at = [
            self.g.spread_district * rng.gauss(0, 1)
            + self.g.spread_province * alike[self.land.province[d]]
            for d in range(size)
        ]
        posts = range(len(self.land.home))
        self.posts = [Post(u, self.land, self.g, resolve_at, rng) for u in posts]
        for post in self.posts:
            town = self.land.garrison_of[post.home]
            if self.districts[post.home].held and not self.districts[town].held:
                post.place = town
        for rank, d in enumerate(sorted(self.districts, key=lambda d: d.score)):
            d.x = (rank + 0.5) / size
        self.fighters = self.g.fighters * land.insurgents
        free = max(self.fighters - self.g.holders * sum(d.held for d in self.districts), 0)
        wanted = [0 if d.held else 0.05 + d.x for d in self.districts]
        for d, w in zip(self.districts, wanted, strict=True):
            d.fighters = free * w / max(sum(wanted), 1e-9)
        for post in self.posts:
            self.districts[post.place].full += WEIGHT[post.branch] * len(post.men)
        self.held_by_day, self.serving_by_day = [], []
        self.counts = dict.fromkeys(NEWS, 0)


def read_land(theatre):
    """The theatre's arrays as lists."""
    land = SimpleNamespace(**{name: getattr(theatre, name).tolist() for name in theatre._fields
                              if name != "calendar"})  # fmt: skip
    c = theatre.calendar
    land.calendar = SimpleNamespace(**{name: getattr(c, name).tolist() for name in c._fields})
    return land


def fight(theatre, mechanisms, values, days, dt, rng):
    """A war of `days` with some mechanisms; `values[m]` are the parameters of m, or of ground."""
    land = theatre if isinstance(theatre, SimpleNamespace) else read_land(theatre)
    war = War(land, mechanisms, values, dt, rng)
    memory = {m: begin(m, look(war, 0.0)) for m in war.p}
    for n in range(round(days / dt)):
        news = one_step(war, look(war, n * dt), memory)
        after = look(war, n * dt)
        for m in war.p:
            remember(m, war.p[m], memory[m], after, news, dt)
        for what in NEWS:
            war.counts[what] += sum(news[what])
        war.held_by_day.append([d.held for d in war.districts])
        men = [len(post.men) for post in war.posts] + [d.returned for d in war.districts]
        war.serving_by_day.append(sum(men))
    return war


# ------------------------------------------------------------------------ 4 a step


def one_step(war, f, memory):
    """Section 4 of the page, from the facts at the start of the step; returns its news."""
    news = {what: [0] * len(war.districts) for what in NEWS}
    serving = [sum(len(p.men) for p in war.posts if p.place == d) for d in range(len(f.held))]
    pulls = {}
    for post in war.posts:
        where = (post.place, post.branch)
        if post.men and where not in pulls:
            pulls[where] = pressure(war, f, memory, *where)
    verbs = [pressure(war, f, memory, d, "army") for d in range(len(f.held))]
    for post in war.posts:
        if post.men:
            step_of_post(war, post, f, pulls[post.place, post.branch], news)
    pools(war, f, verbs, news, serving)
    insurgents(war, f, verbs, news)
    falls(war, f, news)
    counterattacks(war, f, verbs, news)
    return news


def pressure(war, f, memory, d, branch):
    """Pulls of options and logs of rates in d for a branch: ground and every mechanism."""
    g, a, t = war.g, war.g.surrender_appeal, war.g.nest
    total = dict.fromkeys(war.exists, 0.0)
    total["surrender"] = a
    total["stay"] = t * log(exp(a / t) + 1) + log(max(g.moment_rate / g.baseline_exit - 1, 0.001))
    total["moment"], total["attack"] = log(g.moment_rate), log(g.attack_rate)
    for m, p in war.p.items():
        for what, amount in press(m, p, memory[m], f, d, branch).items():
            if what in total:
                total[what] += amount
    return total


def rate(total, verb):
    """Events a day; none of what does not exist."""
    return exp(total[verb]) if verb in total else 0.0


def moments(war, f, v, d):
    """Choices that a post in d faces a day."""
    return rate(v, "moment") * (1 + war.g.assault_moments * f.assault[d])


def leaving_hazard(war, m, inclusive, stay, k):
    """Hazard in a step that a man of class k leaves by himself."""
    return war.dt * m * logistic(inclusive - stay - war.g.spread_soldier * NODES[k])


def step_of_post(war, post, f, v, news):
    """4.2 to 4.4: men leave or die, then the post may withdraw."""
    g, d, dt = war.g, post.place, war.dt
    doors = {o: exp(v[o] / g.nest) if o in v else 0.0 for o in DOORS}
    inclusive = g.nest * log(sum(doors.values()))
    shares = {o: e / sum(doors.values()) for o, e in doors.items()}
    stay, m = v["stay"] + post.resolve, moments(war, f, v, d)
    regular = [leaving_hazard(war, m, inclusive, stay, k) for k in range(4)]
    if f.held[d]:
        regular = [TRAPPED] * 4
    agreed = elders(war, post, v, stay, news)
    for k in range(4):
        post.worn[k] += regular[k] + agreed[k]
    post.hurt += dt * rate(v, "kill") * (g.kill_quiet + g.kill_rate * f.assault[d])
    part(war, post, shares, regular, agreed, news)
    if "withdraw" in v:
        post.together = logistic(v["withdraw"] - inclusive)
        free_to_go = f.garrison_held[d] and not f.held[d]
        if free_to_go and post.order.rings(dt * m * logistic(v["withdraw"] - stay)):
            move_back(war, post)


def elders(war, post, v, stay, news):
    """Extra hazard of each class from terms that elders brought and the post took."""
    g = war.g
    if not post.elders.rings(war.dt * rate(v, "parley")):
        return [0.0] * 4
    news["parleys"][post.place] += 1
    logit = v["surrender"] + g.parley_guarantee - stay
    willing = [logistic(logit - g.spread_soldier * z) for z in NODES]
    w = g.parley_weight
    assent = w * post.gains + (1 - w) * mean([willing[man.k] for man in post.men])
    return [g.parley_binding * p if assent > g.parley_threshold else 0.0 for p in willing]


def part(war, post, shares, regular, agreed, news):
    """Take from a post the men who leave, and of the others those who die."""
    here, staying = war.districts[post.place], []
    for man in post.men:
        r, b = regular[man.k], agreed[man.k]
        if man.leave_at <= post.worn[man.k]:
            first = (r * shares["surrender"] + b) / (r + b)
            second = first + r * shares["desert"] / (r + b)
            door = DOORS[(man.taste > first) + (man.taste > second)]
            here.fates[GATE[door]] += 1
            here.tally["negotiated" if door == "surrender" else "abandoned"] += 1
            news["left"][post.place] += 1
            news["surrendered"][post.place] += door == "surrender"
            news["abroad"][post.place] += door == "abroad"
        elif man.die_at <= post.hurt:
            here.fates["killed"] += 1
            here.tally["assault"] += 1
            news["killed"][post.place] += 1
        else:
            staying.append(man)
    post.men = staying


def move_back(war, post):
    """The post goes to the garrison town of the place where it stands."""
    here = war.districts[post.place]
    here.fates["withdrew"] += len(post.men)
    here.tally["ordered"] += len(post.men)
    post.place = war.land.garrison_of[post.place]


def pools(war, f, verbs, news, serving):
    """4.5: captives, released, away and returned men, each from its value at the start."""
    g, dt, rng, land = war.g, war.dt, war.rng, war.land
    capital = land.national_capital
    arrivals = [0] * len(war.districts)
    for d, here in enumerate(war.districts):
        b = 0.0 if f.held[capital] else rate(verbs[d], "rejoin")
        freed = binomial(here.captives, 1 - exp(-dt / g.captivity_days), rng)
        home = binomial(here.away, 1 - exp(-dt * b), rng)
        again = binomial(here.released, 1 - exp(-dt * b * g.word_broken), rng)
        losses = (news["left"][d] + news["killed"][d]) / max(serving[d], 1)
        lost = binomial(here.returned, losses, rng)
        here.away += news["abroad"][d] - home
        here.released += freed - again
        here.returned -= lost
        here.fates["deserted"] += lost
        here.fates["returned"] += home + again
        town = land.garrison_of[d]
        arrivals[capital if f.held[town] else town] += home + again
        news["released"][d] = freed
        captives(war, here, d, freed, verbs[d], news)
    for here, men in zip(war.districts, arrivals, strict=True):
        here.returned += men


def captives(war, here, d, freed, verbs, news):
    """A breach takes from the captives who were not released; then the new ones come."""
    kept = here.captives - freed
    if here.captives and here.breach.rings(war.dt * rate(verbs, "breach")):
        news["breached"][d] = ceil(war.g.breach_share * kept)
    here.fates["killed_after_surrender"] += news["breached"][d]
    here.captives = kept - news["breached"][d] + news["surrendered"][d]


def insurgents(war, f, verbs, news):
    """4.4: attacks, and the fighters before each district."""
    g, dt = war.g, war.dt
    wanted = [0.0 if f.held[d] else rate(v, "attack") * (0.05 + f.x[d])
              for d, v in enumerate(verbs)]  # fmt: skip
    free = max(war.fighters - g.holders * sum(f.held), war.fighters / 10)
    need = max(sum(wanted), 1e-12)
    crews = 0.0 if f.ceasefire else min(1, free / (need * g.assault_days * g.assault_crew))
    for d, here in enumerate(war.districts):
        if wanted[d] * crews > 0 and here.attack.rings(dt * wanted[d] * crews):
            news["attacks"][d] = 1
            here.x += 0.1 * (1 - here.x)
        here.assault = here.assault * exp(-dt / g.assault_days) + news["attacks"][d]
        goal = free * wanted[d] / need
        here.fighters = goal + (here.fighters - goal) * exp(-dt / g.march_days)
    war.fighters = max(war.fighters - g.fighters_lost * sum(news["attacks"]), 0)


def falls(war, f, news):
    """4.6: districts too weak for those before them fall; posts keep together or stay."""
    _, strength = garrisons(war)
    for d, here in enumerate(war.districts):
        fullness = min(1.0, strength[d] / here.full) if here.full else 1.0
        holding = strength[d] * fullness**war.g.gaps
        if not here.held and holding < war.g.hold_ratio * here.fighters:
            news["fell"][d] = 1
    for d, here in enumerate(war.districts):
        here.held = here.held or bool(news["fell"][d])
    places = [post.place for post in war.posts]
    for d, here in enumerate(war.districts):
        if news["fell"][d]:
            posts = [post for post, place in zip(war.posts, places, strict=True) if place == d]
            fall(war, d, here, posts, f)


def fall(war, d, here, posts, f):
    """What a fall does to a district and to the men in it."""
    town_stands = not war.districts[war.land.garrison_of[d]].held
    left_behind = "assault" if here.assault >= 0.25 else "abandoned"
    for post in posts:
        if town_stands and post.nerve < post.together:
            move_back(war, post)
        else:
            here.tally[left_behind] += len(post.men)
    here.fates["deserted"] += here.returned
    here.returned, here.x = 0, 1.0
    here.n_falls += 1
    if here.first_fall == inf:
        here.first_fall = f.day + war.dt
        here.manner = max(MANNERS, key=lambda how: here.tally[how])


def counterattacks(war, f, verbs, news):
    """4.7: each corps may serve the request that has run longest."""
    for corps, companies in enumerate(war.land.mobile):
        waiting = []
        for here, v, was_held, of in zip(war.districts, verbs, f.held, war.land.corps, strict=True):
            if of == corps and was_held:
                here.relief.time += war.dt * rate(v, "counterattack")
                if here.relief.time >= here.relief.lot:
                    waiting.append(here)
        company = next((war.posts[u] for u in companies if u >= 0 and at_hand(war, war.posts[u])),
                       None)  # fmt: skip
        if waiting and company:
            here = max(waiting, key=lambda d: d.relief.time - d.relief.lot)
            here.relief.next()
            retake(war, here, company, news)


def at_hand(war, post):
    """A company can go out: it has men and stands in a capital that is not held."""
    return post.men and war.land.capital[post.place] and not war.districts[post.place].held


def retake(war, here, company, news):
    """One counter-attack."""
    odds = log((3 * len(company.men) + 1) / (war.g.holders + 1))
    if war.rng.random() < logistic(war.g.retake_odds + odds):
        company.place = war.districts.index(here)
        here.held, here.x, here.tally = False, 0.7, dict.fromkeys(MANNERS, 0)
        here.n_retaken += 1
        news["retaken"][company.place] = 1
