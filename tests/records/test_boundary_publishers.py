"""Publishers' columns are known by name; spellings, disputed parts and water are told."""

import json

import pytest
import shapely
from shapely.geometry import box

import dirty_files as dirty
from holdfast.records.boundaries import Asked, read_boundaries
from holdfast.records.boundary_columns import layout_of
from holdfast.records.names import Finder
from holdfast.records.problems import ScenarioError
from holdfast.records.said import About
from holdfast.records.water import looks_like_water

NAMES = list(dirty.NAMES)
CODES = [f"SY0{1 + k // 3}0{1 + k % 3}" for k in range(6)]
UPPER = [code[:4] for code in CODES]


def read(path, **asked):
    return read_boundaries(path, Asked(**asked))


def words(found, about):
    return " ".join(one.words for one in found.said if one.about is about)


def service(language="en"):
    end = f"_{language}" if language else ""
    return {
        f"admin2Name{end}": NAMES, "admin2Pcode": CODES, "admin2RefName": NAMES,
        "admin2AltName1_en": [""] * 6, f"admin1Name{end}": list(dirty.PROVINCES),
        "admin1Pcode": UPPER, f"admin0Name{end}": ["Syria"] * 6, "admin0Pcode": ["SY"] * 6,
        "date": ["2020"] * 6,
    }  # fmt: skip


def lower(name="name"):
    return {
        "adm2_name": [""] * 6 if name == "name1" else NAMES, "adm2_name1": NAMES,
        "adm2_pcode": CODES, "adm1_name": list(dirty.PROVINCES), "adm1_pcode": UPPER,
        "adm0_name": ["Syria"] * 6, "adm0_pcode": ["SY"] * 6, "lang": ["en"] * 6,
    }  # fmt: skip


CODS = {
    **{f"service {language}": (service(language), f"admin2Name_{language}")
       for language in ("en", "fr", "es", "ar", "pt", "ru", "uk", "so")},
    "service bare": (service(""), "admin2Name"),
    "lower": (lower(), "adm2_name"),
    "lower in another language": (lower("name1"), "adm2_name1"),
    "mixed case": ({"Adm2_Name": NAMES, "Adm2_Pcode": CODES, "Adm1_Name": list(dirty.PROVINCES),
                    "Adm1_Pcode": UPPER, "Adm0_Pcode": ["SY"] * 6}, "Adm2_Name"),
    "cut to ten letters": ({"admin2Name": NAMES, "admin2Pcod": CODES, "admin2RefN": [""] * 6,
                            "admin1Name": list(dirty.PROVINCES), "admin1Pcod": UPPER,
                            "admin0Name": ["Syria"] * 6, "admin0Pcod": ["SY"] * 6}, "admin2Name"),
    "French files": ({"ADM2_FR": NAMES, "ADM2_PCODE": CODES, "ADM1_FR": list(dirty.PROVINCES),
                      "ADM1_PCODE": UPPER, "ADM0_PCODE": ["SY"] * 6}, "ADM2_FR"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CODS)
def test_cod_ab_is_known_under_every_name_of_its_columns(tmp_path, kind):
    columns, name = CODS[kind]
    assert layout_of(columns, {}, "a").columns["name"] == name
    found = read(dirty.write(dirty.frame(**columns), tmp_path / "a.geojson"))
    assert (found.layout.publisher, found.layout.level) == ("OCHA COD-AB", 2)
    assert list(found.rows["district_id"]) == CODES
    assert list(found.rows["name"]) == NAMES
    assert list(found.rows["province"]) == list(dirty.PROVINCES)
    assert found.country == "SY"


def test_english_goes_before_other_languages_of_cod_ab():
    columns = service("ar") | service("fr") | service("en")
    assert layout_of(columns, {}, "a").columns["name"] == "admin2Name_en"
    assert layout_of(service("ar") | service("fr"), {}, "a").columns["name"] == "admin2Name_fr"


@pytest.mark.parametrize("level", [1, 3])
def test_the_deepest_level_of_cod_ab_that_has_names_is_taken(level):
    columns = {f"admin{n}{what}": NAMES for n in range(level + 1) for what in ("Name_en", "Pcode")}
    columns |= {"admin4Name_en": [""] * 6, "admin4Pcode": [""] * 6}
    found = layout_of(columns, {}, "a")
    assert found.level == level
    assert found.columns["province"] == ("admin1Name_en" if level > 1 else "")


def test_gadm_2_8_is_known_too():
    columns = {"ID_0": ["1"] * 6, "ISO": ["AFG"] * 6, "NAME_0": ["Afghanistan"] * 6,
               "ID_1": ["1"] * 6, "NAME_1": NAMES, "ID_2": list("123456"), "NAME_2": NAMES,
               "ENGTYPE_2": ["District"] * 6}  # fmt: skip
    found = layout_of(columns, {}, "a")
    assert (found.publisher, found.level) == ("GADM", 2)
    assert [found.columns[role] for role in ("id", "name", "province", "country")] == [
        "ID_2", "NAME_2", "NAME_1", "ISO"
    ]  # fmt: skip


def test_a_refusal_shows_the_column_that_is_wanted_among_many():
    columns = {f"shape_{k}": [str(k)] * 6 for k in range(60)} | {"NAM_COMUNE": NAMES}
    with pytest.raises(ScenarioError, match="NAM_COMUNE, shape_0"):
        layout_of(columns, {}, "a")


def test_provinces_that_read_alike_are_one_and_are_told(tmp_path):
    provinces = ("Nord-Kivu", "NORD KIVU", "Nord-Kivu", "Îles", "iles", "NordKivu")
    found = read(dirty.write(dirty.plain(province=provinces), tmp_path / "a.geojson"))
    assert list(found.rows["province"]) == [*["Nord-Kivu"] * 3, "Îles", "Îles", "Nord-Kivu"]
    told = words(found, About.MENDED)
    assert "Nord-Kivu (also NORD KIVU, NordKivu)" in told
    assert "Îles (also iles)" in told


def test_regions_and_corps_that_read_alike_are_one(tmp_path):
    table = dirty.plain(region=["East", "EAST", "east "] * 2, corps=["1st", "1ST"] * 3)
    found = read(dirty.write(table, tmp_path / "a.geojson"))
    assert set(found.rows["region"]) == {"East"}
    assert set(found.rows["corps"]) == {"1st"}
    assert "regions that read alike" in words(found, About.MENDED)


def test_provinces_that_read_alike_with_codes_of_their_own_stay_apart(tmp_path):
    table = dirty.cod(provinces=("Nord-Est",) * 3 + ("Nordest",) * 3)
    found = read(dirty.write(table, tmp_path / "a.geojson"))
    assert set(found.rows["province"]) == {"Nord-Est", "Nordest"}


def test_parts_of_one_district_spelt_in_two_ways_are_joined(tmp_path):
    names, ids = ("Saint-Jean", "SAINT JEAN", *NAMES[2:]), ["X0", "X0", "X2", "X3", "X4", "X5"]
    found = read(dirty.write(dirty.plain(names, id=ids), tmp_path / "a.geojson"))
    assert list(found.rows["name"]) == ["Saint-Jean", *NAMES[2:]]
    assert "given in several rows" in words(found, About.MENDED)


def test_a_district_that_is_equal_but_for_its_id_is_refused_with_both(tmp_path):
    shapes = [*dirty.grid()[:5], dirty.grid()[0].reverse()]
    path = dirty.write(dirty.plain((*NAMES[:5], "Anvil"), shapes), tmp_path / "a.geojson")
    with pytest.raises(ScenarioError, match="same polygon as 'X0' .Anvil.*--leave-out X5"):
        read(path)


def test_two_districts_of_one_name_and_province_are_told(tmp_path):
    found = read(dirty.write(dirty.plain(("Anvil", "ANVIL", *NAMES[2:])), tmp_path / "a.geojson"))
    assert "2 districts of Upper are called Anvil: X0, X1" in words(found, About.ASSUMED)


def test_districts_that_are_named_are_left_out(tmp_path):
    path = dirty.write(dirty.plain(), tmp_path / "a.geojson")
    found = read(path, leave_out=("X1", "cairn"))
    assert list(found.rows["name"]) == ["Anvil", *NAMES[3:]]
    assert len(found.shapes) == 4
    assert "as asked, Birch, Cairn" in words(found, About.LEFT_OUT)
    with pytest.raises(ScenarioError, match="near are Birch"):
        read(path, leave_out=("Birhc",))
    with pytest.raises(ScenarioError, match="every district"):
        read(path, leave_out=NAMES)


def kenya(codes, names=(*NAMES[:5], "Ilemi Triangle"), **more):
    return dirty.frame(name=list(names), id=[f"K{k}" for k in range(6)], iso3=list(codes), **more)


@pytest.mark.parametrize("code", ["xIT", "XXX", "Z07", "-99", "disputed", "KE/SS"])
@pytest.mark.parametrize("asked", [(), ("Kenya", "KE", "KEN")])
def test_a_disputed_part_is_kept_in_a_file_of_one_country_and_told(tmp_path, code, asked):
    path = dirty.write(kenya(["KEN"] * 5 + [code]), tmp_path / "a.geojson")
    found = read(path, countries=asked)
    assert len(found.rows) == 6
    assert found.country in ("KEN", "Kenya")
    assert f"Ilemi Triangle ({code})" in words(found, About.ASSUMED)


def test_a_country_under_another_name_is_no_disputed_part(tmp_path):
    table = kenya(["Mali"] * 5 + ["Cote d'Ivoire"])
    path = dirty.write(table, tmp_path / "a.geojson")
    with pytest.raises(ScenarioError, match="2 countries in iso3: Cote d'Ivoire, Mali"):
        read(path)
    found = read(path, countries=("Mali", "ML", "MLI"))
    assert "other countries: Ilemi Triangle (Cote d'Ivoire)" in words(found, About.LEFT_OUT)


def test_a_disputed_part_is_named_where_it_is_left_out(tmp_path):
    path = dirty.write(kenya(["KEN"] * 4 + ["SSD", "XXX"]), tmp_path / "a.geojson")
    found = read(path, countries=("Kenya", "KE", "KEN"))
    assert len(found.rows) == 4
    told = words(found, About.LEFT_OUT)
    assert "disputed land: Ilemi Triangle (XXX)" in told
    assert "1 polygon of other countries: Ember (SSD)" in told


def test_a_part_that_another_column_gives_to_the_country_is_kept(tmp_path):
    table = dirty.gadm()
    table["GID_0"] = ["IND"] * 4 + ["PAK", "Z07"]
    table["COUNTRY"] = ["India"] * 4 + ["Pakistan", "India"]
    found = read(dirty.write(table, tmp_path / "a.gpkg"), countries=("India", "IN", "IND"))
    assert list(found.rows["name"]) == [*NAMES[:4], "Fjord"]


def test_what_a_column_marks_as_disputed_is_told_and_kept(tmp_path):
    table = dirty.plain(DISP_AREA=["NO"] * 5 + ["YES"], status=["Member State"] * 5 + ["Disputed"])
    found = read(dirty.write(table, tmp_path / "a.geojson"))
    assert len(found.rows) == 6
    assert "Fjord (DISP_AREA says YES)" in words(found, About.ASSUMED)
    assert "Anvil" not in words(found, About.ASSUMED)


@pytest.mark.parametrize(
    ("column", "word"),
    [("ENGTYPE_2", "Waterbody"), ("TYPE_2", "Lac"), ("TYPE_2", "Lago"), ("type", "Réservoir"),
     ("TYPE_3", "Wasserfläche"), ("TYPE_3", "See"), ("TYPE_2", "Göl"), ("TYPE_2", "بحيرة"),
     ("TYPE_2", "Jezero"), ("TYPE_2", "Озеро"), ("TYPE_2", "Barrage"), ("TYPE_2", "Buhayrat"),
     ("ADM3_TYPE", "Water Body"), ("class", "Embalse"), ("WATER", "yes")],
)  # fmt: skip
def test_water_is_known_by_what_a_column_says(tmp_path, column, word):
    kinds = {column: ["District"] * 5 + [word]}
    found = read(dirty.write(dirty.plain(**kinds), tmp_path / "a.geojson"))
    assert list(found.rows["water"]) == [""] * 5 + [f"{column} says {word}"]


def test_water_is_known_by_its_name():
    wet = ("Lake Chilwa", "Lac Tchad", "Lago de Nicaragua", "LAKE MALAWI", "Embalse Guri",
           "Buhayrat ath Tharthar", "بحيرة الثرثار", "Van Gölü", "Ohridsko Jezero", "Озеро Севан",
           "Réservoir de Manantali", "Barrage de Sélingué", "Ziwa Victoria", "Starnberger See",
           "Great Salt Lake", "Laguna Madre", "Waterbody 3", "Danau Toba")  # fmt: skip
    dry = (
        "Lakeside",
        "Lagos",
        "Los Lagos",
        "Lakewood",
        "Interlaken",
        "Seaford",
        "Anvil",
        "Zell am See",
        "Gol",
        "Kolda",
        "Barragem",
        "Zoetermeer",
        "Sad",
    )
    assert [looks_like_water(name) for name in wet] == [True] * len(wet)
    assert [looks_like_water(name) for name in dry] == [False] * len(dry)


def test_a_remark_that_says_see_is_no_lake(tmp_path):
    kinds = {"REMARKS": ["see note 3"] * 6}
    found = read(dirty.write(dirty.plain(**kinds), tmp_path / "a.geojson"))
    assert not any(found.rows["water"])


def test_names_that_lost_their_spaces_are_told_and_found(tmp_path):
    names = ("OldHarbourTown", "AltaVerapaz", "KabulCity", *NAMES[3:])
    made = json.loads(dirty.gadm(names).to_json())
    (tmp_path / "a.json").write_text(json.dumps(made))
    found = read(tmp_path / "a.json")
    assert "without their spaces" in words(found, About.ASSUMED)
    rows = found.rows[["district_id", "name", "province"]]
    finder = Finder(rows.itertuples(index=False, name=None))
    assert finder.find("Old Harbour Town") == rows["district_id"].iloc[0]
    assert finder.find("Alta-Verapaz", "UPPER") == rows["district_id"].iloc[1]


def test_a_name_with_its_space_goes_before_one_without():
    finder = Finder([("A", "New Castle", "P"), ("B", "Newcastle", "P")])
    assert [finder.find(name) for name in ("New Castle", "Newcastle", "new-castle")] == list("ABA")


def test_a_district_far_out_at_sea_is_no_part_of_another(tmp_path):
    shapes = [*dirty.grid()[:5], box(-120, 0, -119.5, 0.5)]
    found = read(dirty.write(dirty.plain(shapes=shapes), tmp_path / "a.geojson"))
    assert shapely.area(found.shapes[5]) == pytest.approx(0.25)


@pytest.mark.parametrize(
    "columns",
    [
        ("DIST_CODE", "DIST_NAME", "PROV_NAME"),
        ("ADM2_CODE", "ADM2_NAME", "ADM1_NAME"),
        ("adm2cd", "adm2nm", "adm1nm"),
        ("adm2_id", "adm2_name", "adm1_name"),
        ("adm2_id", "adm2_nm", "adm1_nm"),
        ("DISTCODE", "DISTNAME", "STATENAME"),
        ("DISTRICT_C", "DISTRICT_N", "PROVINCE_N"),
    ],
)
def test_columns_of_one_publisher_are_known_together(columns):
    cells = dict(zip(columns, (["a", "b"], ["Anvil", "Birch"], ["East", "East"]), strict=True))
    found = layout_of(cells, {}, "a")
    assert tuple(found.columns[role] for role in ("id", "name", "province")) == columns


def test_a_file_of_provinces_alone_has_none_above_them():
    cells = {"ADM1_CODE": ["1", "2"], "ADM1_NAME": ["East", "West"], "ADM0_NAME": ["Iraq"] * 2}
    found = layout_of(cells, {}, "a")
    assert (found.columns["name"], found.columns["province"]) == ("ADM1_NAME", "")
    assert (found.level, found.columns["country"]) == (1, "ADM0_NAME")


def test_columns_that_may_be_provinces_are_named_where_none_is_known():
    cells = {"NAME": ["Anvil", "Birch", "Cairn"], "PROVINZ_NR3": ["East", "East", "West"],
             "PROV_TYPE": ["A", "A", "B"], "STATES": ["1", "1", "2"]}  # fmt: skip
    assert list(layout_of(cells, {}, "a").passed_over) == ["PROVINZ_NR3"]
    assert not layout_of(cells, {"province": "PROVINZ_NR3"}, "a").passed_over
