"""What cannot be forecast is refused before anything is computed."""

import pytest

from holdfast.cli import WRONG, main


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--from", "2001-02-01", "--to", "2001-01-15"], "a day after 2001-02-01"),
        (["--from", "2001-02-01", "--to", "2001-02-05", "--members", "0"], "1 to"),
        (["--to", "2001-02-05"], "--from DATE or --fit DIR"),
        (["--from", "2001-02-01", "--to", "2001-02-05", "--out", "{full}"], "is empty"),
        (["--fit", "{full}"], "Leave --quick away"),
    ],
)
def test_a_forecast_that_cannot_be_made_is_refused_at_the_door(options, told, tmp_path, capsys):
    (tmp_path / "something").write_text("there")
    options = [option.format(full=tmp_path) for option in options]
    assert main(["forecast", "ring", "--quick", *options]) == WRONG
    assert told in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["something"]


def test_a_fit_is_not_made_from_before_the_war_nor_into_a_file(tmp_path, capsys):
    assert main(["fit", "ring", "--until", "2000-12-31"]) == WRONG
    assert "a day after 2001-01-01" in capsys.readouterr().err
    file = tmp_path / "file"
    file.write_text("a file")
    assert main(["fit", "ring", "--out", str(file)]) == WRONG
    assert "does not exist or is empty" in capsys.readouterr().err
