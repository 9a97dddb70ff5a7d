"""W1 in Mesa, as its guide writes a model: agents, `do`, removal, a data collector."""

import mesa
import numpy as np

import w1


class Unit(mesa.Agent):
    """Forty soldiers who feel the same pull."""

    def __init__(self, model, district):
        super().__init__(model)
        self.district = district
        self.gone = 0
        self.pull = 0.0

    def look(self):
        """Feels today's pull, from the state at the start of the day."""
        ring = self.model.ring_share[self.district]
        self.pull = w1.UNIT_WEIGHT * self.gone / w1.UNIT_SIZE + w1.RING_WEIGHT * ring
        self.pull += w1.START + w1.RAMP * self.model.day / 100


class Soldier(mesa.Agent):
    """A soldier who stays until the pull exceeds his resolve, or death takes him."""

    def __init__(self, model, unit, resolve):
        super().__init__(model)
        self.unit = unit
        self.resolve = resolve

    def step(self):
        """Leaves, or dies, or stays."""
        unit, model = self.unit, self.model
        if unit.pull > self.resolve:
            unit.gone += 1
            model.gone[unit.district] += 1
        elif model.random.random() < w1.P_DEATH:
            model.dead += 1
        else:
            return
        model.present[unit.district] -= 1
        self.remove()


class Contagion(mesa.Model):
    """The ring of districts."""

    def __init__(self, n, seed):
        super().__init__(seed=seed)
        n_units, n_districts = n // w1.UNIT_SIZE, n // w1.DISTRICT_SIZE
        self.day = self.dead = 0
        self.gone = [0] * n_districts
        self.present = [w1.DISTRICT_SIZE] * n_districts
        districts = np.repeat(np.arange(n_districts), w1.DISTRICT_UNITS).tolist()
        units = list(Unit.create_agents(self, n_units, district=districts))
        resolve = self.rng.logistic(w1.RESOLVE_MEAN, w1.RESOLVE_SCALE, n).tolist()
        members = [unit for unit in units for _ in range(w1.UNIT_SIZE)]
        Soldier.create_agents(self, n, unit=members, resolve=resolve)
        self.datacollector = mesa.DataCollector({"present": lambda model: model.present.copy()})

    def step(self):
        """Simulates one day."""
        share = np.array(self.gone) / w1.DISTRICT_SIZE
        self.ring_share = ((np.roll(share, 1) + share + np.roll(share, -1)) / 3).tolist()
        self.agents_by_type[Unit].do("look")
        self.agents_by_type[Soldier].do("step")
        self.datacollector.collect(self)
        self.day += 1


def build(n: int, seed: int) -> w1.Simulate:
    """Makes the agents and returns the simulation of their hundred days."""
    model = Contagion(n, seed)

    def simulate() -> tuple[int, int, int]:
        for _ in range(w1.DAYS):
            model.step()
        served = model.datacollector.get_model_vars_dataframe()["present"]
        return sum(model.gone), model.dead, sum(map(sum, served))

    return simulate


if __name__ == "__main__":
    w1.measure("Mesa", mesa.__version__, build)
