-- +goose Up

CREATE TABLE lavori (
    tipo      TEXT    NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE')),
    id        TEXT    NOT NULL,
    sede      TEXT,
    versione  INTEGER NOT NULL CHECK (versione >= 1),
    stato     TEXT    NOT NULL CHECK (stato IN ('DA_LAVORARE', 'IN_CARICO', 'IN_ATTESA', 'IN_APPROVAZIONE', 'LAVORATA')),
    operatore TEXT,
    persona   TEXT,
    dal       TEXT    NOT NULL,
    rientro   TEXT,
    perche    TEXT,
    letto_da  TEXT,
    letto_il  TEXT,
    chiusura  INTEGER,
    riaperta  INTEGER NOT NULL CHECK (riaperta IN (0, 1)),
    PRIMARY KEY (tipo, id)
) STRICT;

CREATE INDEX lavori_persona ON lavori (persona, tipo, sede);

CREATE INDEX lavori_stato ON lavori (tipo, stato, sede);

ALTER TABLE lavorazioni RENAME TO lavorazioni_prima_della_lista;

-- A closing counts while it is not undone and, where it takes two persons, once the other one has approved it.
-- codice_secondo: the code of the exception demands it; so does a bulk of more than twenty.
CREATE TABLE lavorazioni (
    numero           INTEGER NOT NULL PRIMARY KEY,
    tipo             TEXT    NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE')),
    id               TEXT    NOT NULL,
    sede             TEXT,
    gruppo           INTEGER NOT NULL,
    elementi         INTEGER NOT NULL CHECK (elementi >= 1),
    impronta         TEXT    NOT NULL,
    esito            TEXT    NOT NULL,
    motivo           TEXT,
    provvedimento    TEXT,
    operatore        TEXT    NOT NULL,
    persona          TEXT    NOT NULL,
    quando           TEXT    NOT NULL,
    codice_secondo   INTEGER NOT NULL CHECK (codice_secondo IN (0, 1)),
    secondo          INTEGER NOT NULL CHECK (secondo IN (0, 1)),
    approvata_da     TEXT,
    approvatore      TEXT,
    approvata_il     TEXT,
    annullata        INTEGER NOT NULL CHECK (annullata IN (0, 1)),
    annullata_da     TEXT,
    annullata_il     TEXT,
    annullata_perche TEXT,
    notte            TEXT,
    CONSTRAINT due_persone CHECK (secondo = (codice_secondo OR elementi > 20)),
    CONSTRAINT quattro_occhi CHECK (approvatore IS NULL OR approvatore <> persona),
    CONSTRAINT approvazione CHECK ((approvata_da IS NULL) = (approvatore IS NULL) AND (approvata_da IS NULL) = (approvata_il IS NULL)
        AND (secondo OR approvata_da IS NULL)),
    CONSTRAINT annullamento CHECK (annullata = (annullata_da IS NOT NULL) AND annullata = (annullata_il IS NOT NULL)),
    CONSTRAINT notte_del_provvedimento CHECK (notte IS NULL OR provvedimento IS NOT NULL AND (NOT secondo OR approvata_da IS NOT NULL))
) STRICT;

INSERT INTO lavorazioni (numero, tipo, id, sede, gruppo, elementi, impronta, esito, motivo, operatore, persona, quando,
    codice_secondo, secondo, annullata, annullata_da, annullata_il, annullata_perche)
SELECT v.numero, 'ECCEZIONE', v.id_eccezione, e.sede, 0, 1, v.impronta, v.esito, v.motivo, v.operatore, lower(trim(v.operatore)), v.quando,
    0, 0, v.annullata, CASE WHEN v.annullata THEN coalesce(v.annullata_da, v.operatore) END,
    CASE WHEN v.annullata THEN coalesce(v.annullata_il, v.quando) END, v.annullata_perche
FROM lavorazioni_prima_della_lista v LEFT JOIN eccezioni e ON e.id_eccezione = v.id_eccezione;

DROP TABLE lavorazioni_prima_della_lista;

CREATE INDEX lavorazioni_elemento ON lavorazioni (tipo, id);

CREATE INDEX lavorazioni_gruppo ON lavorazioni (gruppo);

CREATE INDEX lavorazioni_attesa ON lavorazioni (numero) WHERE secondo AND NOT annullata AND approvata_da IS NULL;

CREATE INDEX lavorazioni_provvedimenti ON lavorazioni (numero) WHERE provvedimento IS NOT NULL AND notte IS NULL AND NOT annullata;

CREATE INDEX lavorazioni_quando ON lavorazioni (quando);

INSERT INTO lavori (tipo, id, sede, versione, stato, operatore, persona, dal, chiusura, riaperta)
SELECT tipo, id, sede, 1, 'LAVORATA', operatore, persona, quando, numero, 0 FROM lavorazioni l
WHERE NOT annullata AND NOT EXISTS (SELECT 1 FROM lavorazioni d WHERE d.id = l.id AND NOT d.annullata AND d.numero > l.numero);

UPDATE eccezioni SET elenco = CASE WHEN stato = 'CHIUSA_DA_SOLA' THEN 'CHIUSE' ELSE 'LAVORATE' END
WHERE stato = 'CHIUSA_DA_SOLA' OR EXISTS (SELECT 1 FROM lavori v JOIN lavorazioni l ON l.numero = v.chiusura
    WHERE v.tipo = 'ECCEZIONE' AND v.id = eccezioni.id_eccezione AND l.impronta = coalesce(eccezioni.impronta, ''));

CREATE TABLE annotazioni (
    numero    INTEGER NOT NULL PRIMARY KEY,
    tipo      TEXT    NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE')),
    id        TEXT    NOT NULL,
    sede      TEXT,
    operatore TEXT    NOT NULL,
    persona   TEXT    NOT NULL,
    quando    TEXT    NOT NULL,
    testo     TEXT    NOT NULL
) STRICT;

CREATE INDEX annotazioni_elemento ON annotazioni (tipo, id);

-- The last number given out: a console that sees some sedi only cannot ask for the highest.
CREATE TABLE contatori (
    nome   TEXT    NOT NULL PRIMARY KEY,
    valore INTEGER NOT NULL
) STRICT;

INSERT INTO contatori (nome, valore) VALUES ('lavorazioni', (SELECT coalesce(max(numero), 0) FROM lavorazioni)), ('annotazioni', 0);

CREATE TABLE richieste (
    gettone  TEXT NOT NULL PRIMARY KEY,
    persona  TEXT NOT NULL,
    impronta TEXT NOT NULL,
    ricevuta TEXT NOT NULL,
    quando   TEXT NOT NULL
) STRICT;

CREATE INDEX richieste_quando ON richieste (quando);

CREATE INDEX richieste_persona ON richieste (persona, quando);

CREATE TABLE utenti (
    chiave        TEXT    NOT NULL PRIMARY KEY,
    nome          TEXT    NOT NULL,
    persona       TEXT,
    ruolo         TEXT    NOT NULL CHECK (ruolo IN ('CONSULTAZIONE', 'OPERATORE', 'RESPONSABILE')),
    sedi          TEXT    NOT NULL,
    tutte_le_sedi INTEGER NOT NULL CHECK (tutte_le_sedi IN (0, 1)),
    segreto       TEXT    NOT NULL,
    disabilitata  INTEGER NOT NULL CHECK (disabilitata IN (0, 1)),
    creata_il     TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_oggetto ON audit (oggetto, numero);
