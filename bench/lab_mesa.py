"""The policy lab's model as users of Mesa 3 would write it: agents as objects, one method a step. A peer, not a part.

Reduced to what `bench/lab.py` compares: need that arises and lapses, staff, the choice among five tasks, outputs,
need closed, ties, who knows and trusts, the committee's trust and belief, the yearly score, tenders with three
rivals, merit renewal, consent at closing, a committee's own agency, the ledger, the main outcomes. Left out, and
held still in our kernel for the comparison: several projects a year, the community's own money, posts, imitation,
other ways to tender, closing by indicators, emergencies. The random numbers are Mesa's own.

Runs in an environment of its own that has Mesa, knows nothing of the product, and answers requests line by line:
{"rules": {...}, "params": {...}, "seed": 1, "months": 120, "burn_in": 60} → {"values": {...}, "seconds": 1.2, …}.
"""

import gc
import json
import math
import resource
import sys
import time
from types import SimpleNamespace

import mesa

SHARES = (0.01, 0.19, 0.45, 0.35)
CLASSES = range(4)


def points(share: float) -> int:
    return int(min(max(share, 0.0), 1.0) * 10000.0)


def weighted(scores: tuple[int, ...], weights: tuple[float, ...]) -> float:
    whole = sum(weights)
    total = sum(score * weight for score, weight in zip(scores, weights, strict=True))
    return (2 * total + whole) // (2 * whole)


def share_out(worth: tuple[float, ...], slopes: tuple[float, ...], hours: float) -> tuple[list[float], float]:
    """Return the best hours for each task and the price of an hour: tasks are dropped until the rest fit."""
    active = [(b, i) for b, i in zip(worth, slopes, strict=True) if b > 0.0]
    price = 0.0
    while active:
        wanted = -hours
        slope = 0.0
        for b, i in active:
            wanted += b * i
            slope += i
        price = wanted / slope if wanted > 0.0 else 0.0
        left = [pair for pair in active if pair[0] > price]
        if len(left) == len(active):
            break
        active = left
    return [(b - price) * i if b > price else 0.0 for b, i in zip(worth, slopes, strict=True)], price


class Street(mesa.Agent):
    """Sets the theme of the day."""

    def __init__(self, model: "District") -> None:
        super().__init__(model)
        self.focus = self.random.randrange(4)

    def move(self) -> None:
        if self.random.random() < self.model.p.p_shift:
            self.focus = self.random.randrange(4)


class Agency(mesa.Agent):
    """Bids for and serves contracts."""

    def __init__(self, model: "District") -> None:
        super().__init__(model)
        draw = self.random.random
        self.mission, self.writing = draw(), draw()
        self.productivity, self.overhead = 0.75 + 0.5 * draw(), 0.5 + draw()
        self.record, self.hunt = 0.6, 0.3
        self.hours_hunting = 0.0
        self.scores: list[float] = []

    def bid(self) -> float:
        present = points(self.hunt / (1.0 + self.hunt))
        past = self.model.lv.past_weight * points(self.record)
        return 0.5 * points(self.writing) + 0.5 * present + past + 0.5 * points(self.random.random())

    def take_scores(self) -> None:
        if self.scores:
            self.record = 0.6 * self.record + 0.4 * sum(self.scores) / len(self.scores)
            self.scores.clear()

    def be_seen(self) -> None:
        self.hunt = 0.9 * self.hunt + 0.1 * (0.3 + self.hours_hunting)
        self.hours_hunting = 0.0


class Worker(mesa.Agent):
    """One post at a site and who holds it; a tenure of None is a vacancy."""

    def __init__(self, model: "District", site: "Community", hazard: float) -> None:
        super().__init__(model)
        self.site, self.hazard = site, hazard
        self.tenure: int | None = self.random.randrange(12)
        self.tie = 0.0
        self.quit = False

    def turn_over(self) -> None:
        site = self.site
        hazard = min(0.5, self.hazard * site.unrest)
        site.hazards += hazard
        self.quit = False
        if not site.live:
            return
        chance = self.random.random()
        if self.tenure is None:
            if chance < self.model.p.hire:
                self.tenure = 0
        elif chance < hazard:
            self.tenure, self.tie, self.quit = None, 0.0, True
        else:
            self.tenure += 1


class Community(mesa.Agent):
    """A community: its need, its committee, its residents by stratum, and the contract that serves it."""

    def __init__(self, model: "District", street: Street) -> None:
        super().__init__(model)
        draw, p = self.random.random, model.p
        mix = [0.2 + draw() for _ in CLASSES]
        self.street, self.capability = street, draw()
        self.mix = [each / sum(mix) for each in mix]
        self.agency: Agency = self.random.choice(model.firms)
        self.age = self.random.randrange(int(model.lv.term))
        self.year, self.spell = self.age % 12, self.age
        self.theme, self.drift, self.vacant = street.focus, 0.0, 0
        self.owned = ""
        self.workers = [Worker(model, self, hazard) for hazard in (p.h_lead, p.h_line, p.h_line)]
        self.known, self.trust = [0.0] * 4, [p.trust_start] * 4
        self.committee_trust, self.belief, self.admin, self.voice = p.committee_start, 0.5, 0.55, 0.0
        self.stock = [0.5] * 4
        self.shadow, self.subject, self.score = 0.0, 0.5, 6500.0
        self.held = 0.0
        self.wipe_year()

    def wipe_year(self) -> None:
        self.reported = self.real = self.solved = self.arrived = self.lobbied = 0.0
        self.done = False

    # The month, step by step.
    def open_month(self) -> None:
        """Need lapses and arises; how unsettled the posts are."""
        p, lv, draw, stock = self.model.p, self.model.lv, self.random.random, self.stock
        self.live = self.vacant <= 0
        if self.street.focus != self.theme:
            self.drift = max(self.drift, 1.0 - lv.need_tender)
        stays, new = 1.0 - p.lapse, 0.0
        for n, part in enumerate(self.mix):
            arisen = part * (0.7 + 0.6 * draw())
            stock[n] = stock[n] * stays + arisen
            new += arisen
        self.new = new
        self.arrived += new
        secure = min(1.0, max(lv.term - self.age, 0.0) / 36.0 + 0.25 * lv.merit)
        load = min(self.shadow / 0.01, 1.0)
        self.unrest = (1.0 - 0.5 * secure) * (1.0 + 0.5 * load) / (lv.wage * lv.wage)
        self.hazards = 0.0

    def serve(self) -> None:
        """Hours are spent, need is closed, people take note; the year may close."""
        self.count_hours()
        self.see()
        self.choose()
        self.produce()
        self.close_need()
        self.tie_up()
        self.spread()
        self.judge()
        self.year_ends = self.live and self.year >= 12
        self.contract_ends = self.year_ends and self.age + 1 >= self.model.lv.term
        self.objected = self.passed = False
        if self.year_ends:
            self.evaluate()
            if self.contract_ends:
                self.internalise()
        self.settle()

    def count_hours(self) -> None:
        p, hours, ties = self.model.p, 0.0, 0.0
        for worker in self.workers:
            if self.live and worker.tenure is not None:
                hours += 0.55 + 0.45 * worker.tenure / (worker.tenure + 6.0)
            ties += worker.tie
        self.ties = ties / 3
        self.hours = p.capacity * hours / 3
        self.free = max(self.hours - p.omega * self.ties * (1.0 - self.model.lv.credit), 0.05)

    def see(self) -> None:
        p, lv, model = self.model.p, self.model.lv, self.model
        warmth = recognised = 0.0
        for part, known, trust in zip(SHARES, self.known, self.trust, strict=True):
            recognised += part * known
            warmth += part * known * trust
        self.warmth, self.recognised = warmth, recognised
        self.cooperation = p.pi + (1.0 - p.pi) * self.committee_trust
        self.access = 0.25 + 0.5 * self.ties + 0.5 * min(warmth / 0.4, 1.0)
        self.open = sum(self.stock)
        self.match = 0.35 + 0.65 * self.stock[self.theme] / self.open
        lasts = 0.985 * (1.0 - p.d_tie) * (1.0 - self.hazards / 3) * (1.0 - (1.0 - model.kept) / lv.term)
        self.horizon = 1.0 / (1.0 - lasts)

    def choose(self) -> None:
        model = self.model
        worth = (
            0.0 if self.done else self.worth_of_activities(), self.worth_of_casework(), self.worth_of_ties(),
            model.hunting_worth, model.lobbying_worth * (1.0 - self.subject),
        )  # fmt: skip
        effort, self.shadow = share_out(worth, model.slopes, self.free)
        if not self.live:
            effort = [0.0] * 5
        elif self.owned:
            effort = [0.35 * self.hours, 0.40 * self.hours, 0.15 * self.hours, 0.0, 0.0]
        self.effort = effort

    def worth_of_activities(self) -> float:
        model, p, agency = self.model, self.model.p, self.agency
        rate = self.cooperation * agency.productivity * (1.0 + model.padding)
        sprint = math.sqrt(2.0 * p.overhead * agency.overhead * model.w_out * p.c1)
        missing = max(model.quota - self.reported, 0.0)
        hurry = max(sprint, p.c1 * missing / (max(12.0 - self.year, 1.0) * rate))
        return min(model.stake * model.w_out * rate / model.quota, self.shadow + hurry)

    def worth_of_casework(self) -> float:
        model, p, lv = self.model, self.model.p, self.model.lv
        helped = p.a_case * self.access * self.match
        arrived = max(self.arrived, 1.0)
        counts = helped if self.solved < 0.4 * arrived + 1.0 else 0.0
        worth = (
            model.stake * (model.w_outcome * counts / 4.8 + 0.03 * model.w_sat) + p.iota * self.agency.mission
        )
        if lv.closing == 2 and self.solved < (0.05 + 0.25 * self.capability) * arrived:
            worth += p.sign_pull * p.hold * helped / 12.0
        return worth

    def worth_of_ties(self) -> float:
        model, p = self.model, self.model.p
        lasting = p.g3 * (1.0 - self.ties) * self.horizon
        joined = 1.5 * (0.3 + 0.7 * self.committee_trust)
        paid = model.stake * (model.w_embed * 0.5 * (lasting + joined) / 12.0 + 0.02 * model.w_sat)
        favours = p.omega * (1.0 - model.lv.credit) * p.g3 * self.horizon * (self.shadow + p.c_favour)
        return paid + 0.5 * p.iota * self.agency.mission + 0.001 * (1.0 - p.pi) - favours

    def produce(self) -> None:
        model, p = self.model, self.model.p
        output = self.cooperation * self.agency.productivity * self.effort[0]
        self.output = output
        self.real += output
        self.reported += output * (1.0 + model.padding)
        self.lobbied += self.effort[4]
        if self.live:
            self.year += 1
            if self.reported >= model.quota:
                self.done = True
        self.relief = min(output / 0.35, 1.0)
        self.admin += 0.1 * (0.55 + 0.15 * p.adm_fill * self.relief - self.admin)

    def close_need(self) -> None:
        p, stock, total, match = self.model.p, self.stock, self.open, self.match
        casework = p.a_case * self.effort[1] * self.access * (0.75 if self.owned else 1.0)
        agency = min((casework + p.a_output * self.output) * match, 0.7 * total)
        busy = self.admin + (0.05 if self.live else 0.0) + 0.15 * (1.0 - self.relief)
        committee = min(p.a_committee * max(1.0 - busy, 0.02), 0.5 * total)
        closed = others = 0.0
        for n in CLASSES:
            here = stock[n] / total
            aimed = here if n == self.theme else 0.35 * here
            by_agency = min(agency * aimed / match, 0.9 * stock[n])
            by_committee = min(committee * here, stock[n] - by_agency)
            stock[n] -= by_agency + by_committee
            closed += by_agency
            others += by_committee
        self.by_agency, self.by_committee = closed, others
        self.solved += closed
        self.felt = min(closed / 0.5, 1.0)

    def tie_up(self) -> None:
        p, effort, ties = self.model.p, self.effort, 0.0
        won = p.g3 * effort[2] + p.g0 * (effort[1] + 0.3 * effort[0])
        for worker in self.workers:
            if self.live and worker.tenure is not None:
                worker.tie += won * (1.0 - worker.tie) - p.d_tie * worker.tie
            else:
                worker.tie = 0.0
            ties += worker.tie
        self.ties = ties / 3

    def spread(self) -> None:
        """Each stratum learns of the agency and trusts it more or less."""
        p, effort, known, trust = self.model.p, self.effort, self.known, self.trust
        contact = 0.6 * self.output + effort[1] * self.access + 0.8 * effort[2]
        quits = sum(worker.quit for worker in self.workers)
        felt = 0.25 + 0.45 * self.felt + 0.35 * self.ties - 0.3 * quits / 3
        for s, reach in enumerate(self.model.reach):
            now = min(1.0, known[s] + (1.0 - known[s]) * reach * contact - p.forget * known[s])
            gap = felt - trust[s]
            speed = p.trust_up if gap > 0.0 else p.trust_down
            known[s] = now
            trust[s] = min(max(trust[s] + now * speed * gap, 0.0), 1.0)

    def judge(self) -> None:
        """The committee's belief, its trust, the agency's part."""
        p, effort, felt, ties = self.model.p, self.effort, self.felt, self.ties
        hunts = 0.1 if effort[3] > 0.1 else 0.0
        aim = min(max(0.95 - felt - 0.5 * ties - 0.1 * self.relief + hunts, 0.0), 1.0)
        self.belief += 0.08 * (aim - self.belief)
        own = 0.2 if self.owned else 0.0
        good = 0.30 + 0.35 * felt + 0.35 * ties + 0.15 * self.relief + own
        gap = good - 0.25 * self.belief - (0.1 if self.live else 0.0) - self.committee_trust
        moved = self.committee_trust + (p.trust_up if gap > 0.0 else p.trust_down) * gap
        self.committee_trust = min(max(moved, 0.0), 1.0)
        part = min(max(1.5 * effort[2] * (0.3 + 0.7 * self.committee_trust) + own, 0.0), 1.0)
        self.voice += 0.1 * ((part if self.live else 0.0) - self.voice)

    # The year and the contract.
    def evaluate(self) -> None:
        model, p, lv = self.model, self.model.p, self.model.lv
        audited = self.random.random() < lv.audit
        survey = self.warmth / max(self.recognised, 1e-6) + 0.1 * (self.random.random() - 0.5)
        outcome = self.solved / (0.4 * max(self.arrived, 1e-9))
        judged = (outcome, self.match / 0.65, survey / 0.6, 0.5 * self.ties + 0.5 * self.voice)
        true = weighted(tuple(points(each) for each in judged), model.weights[1:]) / 10000.0
        lift = p.lobby * (1.0 - lv.independence) * (self.lobbied / 12.0) * (1.0 - true)
        counted = self.real if audited else self.reported
        rated = weighted(
            (points(counted / model.quota), *(points(each + lift) for each in judged)), model.weights
        )
        if audited and model.padding > 0.02:
            rated = max(rated - 1000.0, 0.0)
        self.score, self.subject, self.passed = rated, true, rated >= lv.pass_bp
        self.objected = self.solved < (0.05 + 0.25 * self.capability) * self.arrived
        self.agency.scores.append(rated / 10000.0)

    def internalise(self) -> None:
        """A committee that distrusts makes the agency its own, or parts from its own where it must stand aside."""
        lv, chance = self.model.lv, self.random.random()
        gain = 0.03 + 0.8 * (0.45 - self.committee_trust) - 0.4 * lv.recuse
        if not self.owned and chance < 0.2 * min(max(gain, 0.0), 1.0):
            self.owned = "founded" if self.capability > 0.92 else "affiliated"
        if self.owned and lv.recuse > 0.0 and chance >= 0.5:
            self.owned = ""

    def settle(self) -> None:
        """The ledger: a part is held back until the year closes."""
        p, sums = self.model.p, self.model.sums
        if not self.live:
            self.pay = 0.0
            sums.unspent += 1.0 / 12.0
            return
        held, released = p.hold / 12.0, 0.0
        self.held += held
        if self.year_ends:
            if self.passed:
                vetoed = self.model.lv.closing == 2 and self.objected
                released = self.held * (1.0 - p.sign_pull if vetoed else 1.0)
            sums.withheld += self.held - released
            self.held = 0.0
        self.pay = 1.0 / 12.0 - held + released
        sums.paid += self.pay

    def end_month(self) -> None:
        """The tender where a contract ends; what is noted; the month passes."""
        changed = self.contract_ends and self.hold_tender()
        if self.model.noting:
            self.note(changed)
        self.agency.hours_hunting += self.effort[3]
        if self.vacant > 0:
            self.vacant -= 1
        if self.live:
            self.spell += 1
            self.age += 1
        if self.contract_ends:
            self.begin_contract(changed)
        if self.year_ends:
            self.wipe_year()
            self.year = 0

    def hold_tender(self) -> bool:
        """Return whether the agency is not kept."""
        model, p, lv, draw = self.model, self.model.p, self.model.lv, self.random.random
        self.winner, best, stays = self.agency, self.agency.bid() + (0.05 - 0.30 * self.drift) * 1e4, True
        for _ in range(3):
            rival = self.random.choice(
                model.firms
            )  # perhaps the incumbent's other bid: won, it begins anew, as in ours
            bid = rival.bid()
            if bid >= best:
                self.winner, best, stays = rival, bid, False
        self.cut = draw() < p.p_cut and not self.owned
        merit = lv.merit > 0.5 and self.score >= lv.renew_bp
        keeps = (stays or merit or bool(self.owned)) and not self.cut
        if not self.owned:
            model.ended += 1
            model.stayed += keeps
        return not keeps

    def begin_contract(self, changed: bool) -> None:
        p, need_tender = self.model.p, self.model.lv.need_tender > 0.5
        if changed:
            self.agency = self.winner
            if self.cut:
                self.vacant = 4
            for worker in self.workers:
                worker.tenure, worker.tie = 0, 0.0
            self.known = [p.brand * each for each in self.known]
            self.trust = [0.6 * each + 0.4 * p.trust_start for each in self.trust]
            self.spell = 0
        self.theme = self.stock.index(max(self.stock)) if need_tender else self.street.focus
        self.drift, self.age = 0.0, 0

    def note(self, changed: bool) -> None:
        """Add the month to what the outcomes are made of."""
        sums, workers, live = self.model.sums, self.workers, self.live
        tenure = staffed = 0
        for worker in workers:
            if live and worker.tenure is not None:
                staffed += 1
                tenure += worker.tenure
        lead = workers[0]
        lead_there = live and lead.tenure is not None
        sums.arisen += self.new
        sums.by_agency += self.by_agency
        sums.by_committee += self.by_committee
        sums.presence += 0.5 * min(self.spell / 36.0, 1.0) + 0.5 * min(tenure / 3 / 24.0, 1.0)
        sums.trust += 0.5 * min(self.warmth / 0.4, 1.0) + 0.5 * self.committee_trust
        sums.need_match += self.felt
        sums.participation += self.voice
        sums.satisfaction += self.warmth / max(self.recognised, 1e-6)
        sums.admin += self.admin
        near = 0.30 * staffed / 3 * (0.4 + 0.6 * self.ties)
        sums.coverage += min(1.0, 0.28 + near + 0.6 * self.warmth)
        sums.affiliated += self.owned == "affiliated"
        sums.lead_posts += lead_there
        sums.line_posts += staffed - lead_there
        sums.lead_quits += lead.quit
        sums.line_quits += workers[1].quit + workers[2].quit
        if live and not self.owned:
            sums.outside += 1
            sums.ties += self.ties
            for j, hours in enumerate(self.effort):
                sums.effort[j] += hours
            if self.year_ends:
                sums.years += 1
                sums.score += self.score / 10000.0
                sums.passed += self.passed
                sums.padding += (self.reported - self.real) / max(self.reported, 1e-9)
        if changed:
            sums.changed += 1
            sums.stayed += self.spell + 1


class District(mesa.Model):
    """Ten streets, two hundred communities, sixty agencies, six hundred posts."""

    def __init__(
        self, params: dict, rules: dict, *, seed: int, burn_in: int = 60, size=(200, 60, 10)
    ) -> None:
        super().__init__(seed=seed)
        communities, agencies, streets = size
        self.p, self.lv, self.burn_in = SimpleNamespace(**params), SimpleNamespace(**rules), burn_in
        self.kept = self.p.kept_start
        self.ended = self.stayed = 0
        self.set_terms()
        self.sums = SimpleNamespace(**dict.fromkeys(SUMS, 0.0), effort=[0.0] * 5)
        self.firms = [Agency(self) for _ in range(agencies)]
        self.streets = [Street(self) for _ in range(streets)]
        for place in range(communities):
            Community(self, self.streets[place * streets // communities])

    def set_terms(self) -> None:
        """Work out once what follows from the rules alone."""
        p, lv = self.p, self.lv
        self.weights = (lv.w_out, lv.w_outcome, lv.w_need, lv.w_sat, lv.w_embed)
        self.w_out, self.w_outcome, _, self.w_sat, self.w_embed = (each / 10000.0 for each in self.weights)
        self.quota = p.quota_units * lv.quota
        renewal = lv.merit * (1.0 - p.p_cut) + (1.0 - lv.merit) * 0.6 * lv.past_weight
        self.stake = (p.hold + p.mu * (lv.term / 12.0) * 1.5 * renewal) / (2.0 * p.half_width)
        self.padding = min(0.5, max(self.stake * (self.w_out / self.quota - 0.7 * lv.audit) / 0.25, 0.0))
        self.hunting_worth = p.v_bid * (12.0 / lv.term) * (1.0 - 0.75 * lv.merit)
        judged = 1.0 - self.w_out
        self.lobbying_worth = (
            p.hold / (2.0 * p.half_width) * judged * p.lobby * (1.0 - lv.independence) / 12.0
        )
        self.slopes = (1.0 / p.c1, 1.0 / p.c2, 1.0 / p.c3, 1.0 / p.c4, 1.0 / p.c5)
        self.reach = (p.reach_elite, p.reach_elderly, p.reach_families, p.reach_tenants)

    def step(self) -> None:
        by_type = self.agents_by_type
        self.noting = self.steps > self.burn_in
        by_type[Street].do("move")
        by_type[Community].do("open_month")
        by_type[Worker].do("turn_over")
        by_type[Community].do("serve")
        by_type[Agency].do("take_scores")
        by_type[Community].do("end_month")
        by_type[Agency].do("be_seen")
        if self.ended:
            self.kept = 0.97 * self.kept + 0.03 * self.stayed / self.ended
            self.ended = self.stayed = 0

    def outcomes(self) -> dict[str, float]:
        """Return the outcomes, named as ours are."""
        s = self.sums
        communities = self.agents_by_type[Community]
        months = (self.steps - self.burn_in) * len(communities)
        names = (
            "presence", "trust", "need_match", "participation", "satisfaction", "admin", "coverage", "affiliated",
        )  # fmt: skip
        tasks = ("activities", "casework", "tie_work", "hunting", "lobbying")
        held = sum(each.held for each in communities)
        return {
            **{name: getattr(s, name) / months for name in names},
            **{name: getattr(s, name) / max(s.years, 1) for name in ("score", "passed", "padding")},
            **{f"effort_{task}": s.effort[j] / max(s.outside, 1) for j, task in enumerate(tasks)},
            "resolved": (s.by_agency + s.by_committee) / s.arisen,
            "ties": s.ties / max(s.outside, 1),
            "quits_lead": 12.0 * s.lead_quits / s.lead_posts,
            "quits_line": 12.0 * s.line_quits / s.line_posts,
            "spell": s.stayed / max(s.changed, 1),
            "paid": s.paid / len(communities),
            "withheld": s.withheld / len(communities),
            "unspent": (s.unspent + held) / len(communities),
        }


SUMS = (
    "arisen", "by_agency", "by_committee", "presence", "trust", "need_match", "participation", "satisfaction",
    "admin", "coverage", "affiliated", "lead_posts", "line_posts", "lead_quits", "line_quits", "outside", "ties",
    "years", "score", "passed", "padding", "changed", "stayed", "paid", "withheld", "unspent",
)  # fmt: skip


def answer(asked: dict) -> dict:
    """Run one replication and tell its outcomes and what it took."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    size = tuple(asked.get("size", (200, 60, 10)))
    district = District(
        asked["params"], asked["rules"], seed=asked["seed"], burn_in=asked["burn_in"], size=size
    )
    for _ in range(asked["months"]):
        district.step()
    values = district.outcomes()
    took = {"seconds": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {"values": values, **took, "mib": peak, "version": mesa.__version__}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
