"""The ground under all explanations: parameters of the war itself, not of a reason to leave.

They hold whatever mechanisms are switched on. Each has a wide prior and its reason; S seen in
a source, M well known, J judgement.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.vocabulary.priors import Beta, HalfNormal, LogNormal, Normal
from holdfast.vocabulary.types import Parameter

GROUND: Mapping[str, Parameter] = {
    # soldiers
    "baseline_exit": Parameter(
        LogNormal(2e-4, 0.9),
        "1/day",
        "hazard of leaving where nothing presses",
        "S",
        "7e-4 (2% a month) was the wastage of a year in which much already pressed: less without",
    ),
    "moment_rate": Parameter(
        LogNormal(0.1, 0.7),
        "1/day",
        "how often a quiet post faces the choice",
        "J",
        "once in ten days; the ceiling of the hazard of leaving where nothing happens",
    ),
    "spread_soldier": Parameter(
        HalfNormal(1.0),
        "logit",
        "spread of resolve among men of a post",
        "S",
        "2.1 logits between good and bad cells of Union soldiers [costa-kahn-2003]",
    ),
    "spread_post": Parameter(
        HalfNormal(0.7), "logit", "spread of resolve among posts", "S", "[costa-kahn-2003]"
    ),
    "spread_district": Parameter(
        HalfNormal(0.7), "logit", "spread of resolve among districts", "S", "[costa-kahn-2003]"
    ),
    "spread_province": Parameter(
        HalfNormal(0.7),
        "logit",
        "spread of resolve that the districts of a province share",
        "J",
        "neighbours are alike in what no table holds; without it likeness passes for contagion",
    ),
    "nest": Parameter(
        Beta(4, 4),
        "share",
        "likeness of the doors: near 0 one more door lets no more men out",
        "J",
        "what a world without a pledge looks like depends on it",
        within=(0.01, 1.0),
    ),
    "surrender_appeal": Parameter(
        Normal(-1.0, 1.0),
        "logit",
        "surrender against going home, without a pledge",
        "J",
        "captors were feared before the pledge",
    ),
    "ghosts": Parameter(
        Beta(4, 6),
        "share",
        "men on the roll who are not there",
        "S",
        "Helmand up to half; Mosul 2,500 on paper, about 500 present [sigar-helmand-2016]",
    ),
    # insurgents
    "fighters": Parameter(
        LogNormal(1.0, 0.2),
        "factor",
        "insurgents under arms, against the scenario's figure",
        "S",
        "core 60,000 within 20% plus part of 90,000 militia [schroden-2021]",
    ),
    "holders": Parameter(
        LogNormal(40, 0.7), "fighter", "fighters tied down by a held district", "J", ""
    ),
    "march_days": Parameter(
        LogNormal(5, 0.5), "day", "time for fighters to go where they are sent", "J", ""
    ),
    "attack_rate": Parameter(
        LogNormal(0.03, 0.6),
        "1/day",
        "assaults on a district wholly run by insurgents",
        "J",
        "a dozen serious assaults a day in the whole country",
    ),
    "assault_days": Parameter(LogNormal(2, 0.4), "day", "how long an assault lasts", "J", ""),
    "assault_crew": Parameter(
        LogNormal(150, 0.5),
        "fighter",
        "fighters that one assault needs",
        "S",
        "800 to 1,500 at Mosul, about 500 at Kunduz 2015; far fewer at a district [malkasian-2021]",
    ),
    "fighters_lost": Parameter(
        LogNormal(3, 0.7),
        "fighter",
        "insurgents killed in an assault",
        "J",
        "official claims of 1,500 to 3,200 a month are not believed",
    ),
    "contest_proxy": Parameter(
        HalfNormal(1.0),
        "sd",
        "weight of weak polling in 2019 on where insurgents already were",
        "J",
        "the rest is latent: no list by district is at hand",
    ),
    # fighting and falling
    "assault_moments": Parameter(
        LogNormal(5, 0.7),
        "factor",
        "how much oftener a post under assault faces the choice",
        "J",
        "",
    ),
    "kill_rate": Parameter(
        LogNormal(0.01, 0.7),
        "1/day",
        "hazard of death under assault",
        "S",
        "20 to 23 reported deaths a day nation-wide, June to August [nyt-casualties-2021]",
    ),
    "kill_quiet": Parameter(
        LogNormal(5e-5, 0.5),
        "1/day",
        "hazard of death where no assault is under way",
        "S",
        "239 to 301 reported deaths a month, January to April 2021 [nyt-casualties-2021]",
    ),
    "hold_ratio": Parameter(
        LogNormal(0.02, 0.7),
        "ratio",
        "defenders an attacker needs to leave alive to be held off",
        "S",
        "1,800 beat 4,500 and 500 beat 3,000, so head-counts decide little [malkasian-2021]",
    ),
    "gaps": Parameter(
        LogNormal(1.0, 0.7),
        "power",
        "how much worse each man holds when others are missing beside him",
        "J",
        "a perimeter has its length: 0 only the number of men counts, 1 its square",
    ),
    # what verbs do
    "parley_guarantee": Parameter(
        HalfNormal(3.0),
        "logit",
        "how much more a pledge is worth when elders stand for it",
        "J",
        "",
    ),
    "parley_weight": Parameter(
        Beta(4, 4), "share", "say of the commander against that of his men", "J", ""
    ),
    "parley_threshold": Parameter(
        Beta(4, 4), "share", "assent above which a post takes the elders' terms", "J", ""
    ),
    "parley_binding": Parameter(
        LogNormal(4, 0.5),
        "hazard",
        "how completely willing men follow a post that takes terms",
        "J",
        "at Kunduz airport a part went to the hills",
    ),
    "commander_gains": Parameter(
        Beta(4, 4), "share", "commanders who gain from the elders' terms", "J", ""
    ),
    "captivity_days": Parameter(
        LogNormal(5, 0.6), "day", "time until men who surrendered are let go", "J", ""
    ),
    "breach_share": Parameter(
        Beta(2, 4),
        "share",
        "captives killed where the pledge is broken",
        "S",
        "22 of a party of commandos at Dawlat Abad [cnn-2021-07-13]",
    ),
    "word_broken": Parameter(
        Beta(1, 19),
        "share",
        "pace at which released men serve again, against those who fled",
        "J",
        "they pledged not to; 2,300 returns of all kinds were claimed [rferl-2021-07-07]",
    ),
    "retake_odds": Parameter(
        Normal(0.0, 1.0),
        "logit",
        "success of a counter-attack at equal numbers",
        "J",
        "4% to 12% of falls were reversed [aan-2021-07-24]",
    ),
    "elder_spread": Parameter(
        HalfNormal(1.0),
        "logit",
        "how much visits of elders differ by district",
        "J",
        "no table of party networks is at hand: latent",
    ),
}
