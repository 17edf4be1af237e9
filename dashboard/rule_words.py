"""The rules that a refused file can break, in a reader's words: what a remembered refusal can say, since it holds no values."""

from __future__ import annotations

from typing import Final

_FILE: Final = {
    "andrad_fil": "Filen ändrades medan den lästes",
    "for_stor_fil": "Filen är för stor",
    "for_manga_blad": "Arbetsboken har för många blad",
    "for_manga_kolumner": "Tabellen har för många kolumner",
    "ingen_fil": "Det är ingen vanlig fil",
    "lank": "Det är en länk, inte en fil",
    "last_fil": "Filen är skyddad med lösenord",
    "mapp": "Det är en mapp, inte en fil",
    "okand_fil": "Filen är av ett slag som inte kan läsas",
    "olaslig_fil": "Filen kunde inte läsas",
    "saknad_fil": "Filen fanns inte",
    "skadad_fil": "Filen är skadad",
    "stangd_fil": "Filen fick inte läsas",
    "teckenkodning": "Teckenkodningen kan inte läsas",
    "tom_fil": "Filen är tom",
    "fel_tabell": "Tabellen visar något annat",
    "inga_kommuner": "Filen har inga kommuner i länet",
    "inga_rader": "Filen har inga rader",
    "yaml": "Filen är inte en nämndplan i YAML",
    "saknat_blad": "Ett blad saknas",
}
_TABLE: Final = {
    "saknad_kolumn": "Kolumnen saknas",
    "dubbel_kolumn": "Kolumnen finns två gånger",
    "dubbel_nyckel": "Nyckeln finns två gånger",
    "okand_nyckel": "Nyckeln är okänd",
    "dubbelt_namn": "Namnet finns två gånger",
    "okand_hanvisning": "Raden hänvisar till ett namn som inte finns",
    "omrade_eller_mal": "Måttet ska höra till ett verksamhetsområde eller ett mål",
    "saknat_blad": "Ett blad saknas i arbetsboken",
    "for_manga_celler": "Raden har fler celler än rubrikraden",
    "for_lang_cell": "Cellen är för lång",
    "for_lang_rad": "Raden är för lång",
    "citattecken": "Ett citattecken saknar sitt par",
    "dubblett": "Raden finns två gånger",
    "personnummer": "Filen innehåller personnummer",
    "blir_noll": "En kommun med tidigare rader skulle bli noll",
    "utanfor_tackning": "Raden ligger utanför det som filen gäller",
    "framtida_period": "Perioden är inte slut",
}
_CELL: Final = {
    "saknas": "Värdet saknas",
    "kommun": "Kommunen finns inte i länet",
    "part": "Parten finns inte i avtalet",
    "heltal": "Inget heltal",
    "tal": "Inget tal",
    "negativt": "Talet är negativt",
    "for_stort": "Talet är för stort",
    "ar": "Inget år",
    "datum": "Inget datum",
    "framtida_datum": "Datumet ligger i framtiden",
    "datumordning": "Datumen står i fel ordning",
    "delmangd": "Delen är större än det hela",
    "ja_nej": "Varken ja eller nej",
    "ord": "Ordet får inte användas",
    "text": "Ingen text",
    "lista": "Ingen lista",
    "plan": "Planen är inte hel",
    "budget": "Budgeten går inte ihop",
    "dubbelt_namn": "Namnet finns två gånger i planen",
    "tidigare_namn": "Ett annat mått i planen hette så förut",
    "okand_hanvisning": "Det som raden hör till finns inte",
    "omrade_eller_mal": "Måttet saknar område eller mål, eller har båda",
    "okand_status": "Läget är okänt",
    "okand_riktning": "Riktningen är okänd",
    "okand_period": "Perioden är okänd",
    "for_lang_text": "Texten är för lång",
    "formelfel": "Cellen håller ett formelfel",
    "pseudonym": "Beteckningen saknar bokstav",
    "kvartal": "Inget kvartal",
    "period": "Ingen period",
    "alder": "Ingen ålder",
}
_WORDS: Final = _FILE | _TABLE | _CELL


def rule_in_words(rule: str) -> str:
    """The rule's id as a reader meets it; one without words of its own is shown as it is."""
    return _WORDS.get(rule, rule)
