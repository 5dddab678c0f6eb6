-- +goose Up

CREATE TABLE lavori (
    tipo      text COLLATE "C" NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE')),
    id        text COLLATE "C" NOT NULL,
    sede      text COLLATE "C",
    versione  bigint           NOT NULL CHECK (versione >= 1),
    stato     text COLLATE "C" NOT NULL CHECK (stato IN ('DA_LAVORARE', 'IN_CARICO', 'IN_ATTESA', 'IN_APPROVAZIONE', 'LAVORATA')),
    operatore text COLLATE "C",
    persona   text COLLATE "C",
    dal       timestamptz      NOT NULL,
    rientro   date,
    perche    text COLLATE "C",
    letto_da  text COLLATE "C",
    letto_il  timestamptz,
    chiusura  bigint,
    riaperta  boolean          NOT NULL,
    PRIMARY KEY (tipo, id)
);

CREATE INDEX lavori_persona ON lavori (persona, tipo, sede);

CREATE INDEX lavori_stato ON lavori (tipo, stato, sede);

ALTER TABLE lavorazioni RENAME TO lavorazioni_prima_della_lista;

-- A closing counts while it is not undone and, where it takes two persons, once the other one has approved it.
-- codice_secondo: the code of the exception demands it; so does a bulk of more than twenty.
CREATE TABLE lavorazioni (
    numero           bigint           NOT NULL CONSTRAINT lavorazioni_numero PRIMARY KEY,
    tipo             text COLLATE "C" NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE')),
    id               text COLLATE "C" NOT NULL,
    sede             text COLLATE "C",
    gruppo           bigint           NOT NULL,
    elementi         integer          NOT NULL CHECK (elementi >= 1),
    impronta         text COLLATE "C" NOT NULL,
    esito            text COLLATE "C" NOT NULL,
    motivo           text COLLATE "C",
    provvedimento    text COLLATE "C",
    operatore        text COLLATE "C" NOT NULL,
    persona          text COLLATE "C" NOT NULL,
    quando           timestamptz      NOT NULL,
    codice_secondo   boolean          NOT NULL,
    secondo          boolean          NOT NULL,
    approvata_da     text COLLATE "C",
    approvatore      text COLLATE "C",
    approvata_il     timestamptz,
    annullata        boolean          NOT NULL,
    annullata_da     text COLLATE "C",
    annullata_il     timestamptz,
    annullata_perche text COLLATE "C",
    notte            date,
    CONSTRAINT due_persone CHECK (secondo = (codice_secondo OR elementi > 20)),
    CONSTRAINT quattro_occhi CHECK (approvatore IS NULL OR approvatore <> persona),
    CONSTRAINT approvazione CHECK ((approvata_da IS NULL) = (approvatore IS NULL) AND (approvata_da IS NULL) = (approvata_il IS NULL)
        AND (secondo OR approvata_da IS NULL)),
    CONSTRAINT annullamento CHECK (annullata = (annullata_da IS NOT NULL) AND annullata = (annullata_il IS NOT NULL)),
    CONSTRAINT notte_del_provvedimento CHECK (notte IS NULL OR provvedimento IS NOT NULL AND (NOT secondo OR approvata_da IS NOT NULL))
);

INSERT INTO lavorazioni (numero, tipo, id, sede, gruppo, elementi, impronta, esito, motivo, operatore, persona, quando,
    codice_secondo, secondo, annullata, annullata_da, annullata_il, annullata_perche)
SELECT v.numero, 'ECCEZIONE', v.id_eccezione, e.sede, 0, 1, v.impronta, v.esito, v.motivo, v.operatore, lower(trim(v.operatore)), v.quando,
    false, false, v.annullata, CASE WHEN v.annullata THEN coalesce(v.annullata_da, v.operatore) END,
    CASE WHEN v.annullata THEN coalesce(v.annullata_il, v.quando) END, v.annullata_perche
FROM lavorazioni_prima_della_lista v LEFT JOIN eccezioni e ON e.id_eccezione = v.id_eccezione;

DROP TABLE lavorazioni_prima_della_lista;

CREATE INDEX lavorazioni_elemento ON lavorazioni (tipo, id);

CREATE INDEX lavorazioni_gruppo ON lavorazioni (gruppo);

CREATE INDEX lavorazioni_attesa ON lavorazioni (numero) WHERE secondo AND NOT annullata AND approvata_da IS NULL;

CREATE INDEX lavorazioni_provvedimenti ON lavorazioni (numero) WHERE provvedimento IS NOT NULL AND notte IS NULL AND NOT annullata;

CREATE INDEX lavorazioni_quando ON lavorazioni (quando);

INSERT INTO lavori (tipo, id, sede, versione, stato, operatore, persona, dal, chiusura, riaperta)
SELECT tipo, id, sede, 1, 'LAVORATA', operatore, persona, quando, numero, false FROM lavorazioni l
WHERE NOT annullata AND NOT EXISTS (SELECT 1 FROM lavorazioni d WHERE d.id = l.id AND NOT d.annullata AND d.numero > l.numero);

UPDATE eccezioni SET elenco = CASE WHEN stato = 'CHIUSA_DA_SOLA' THEN 'CHIUSE' ELSE 'LAVORATE' END
WHERE stato = 'CHIUSA_DA_SOLA' OR EXISTS (SELECT 1 FROM lavori v JOIN lavorazioni l ON l.numero = v.chiusura
    WHERE v.tipo = 'ECCEZIONE' AND v.id = eccezioni.id_eccezione AND l.impronta = coalesce(eccezioni.impronta, ''));

CREATE TABLE annotazioni (
    numero    bigint           NOT NULL PRIMARY KEY,
    tipo      text COLLATE "C" NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE')),
    id        text COLLATE "C" NOT NULL,
    sede      text COLLATE "C",
    operatore text COLLATE "C" NOT NULL,
    persona   text COLLATE "C" NOT NULL,
    quando    timestamptz      NOT NULL,
    testo     text COLLATE "C" NOT NULL
);

CREATE INDEX annotazioni_elemento ON annotazioni (tipo, id);

-- The last number given out: a console that sees some sedi only cannot ask for the highest.
CREATE TABLE contatori (
    nome   text COLLATE "C" NOT NULL PRIMARY KEY,
    valore bigint           NOT NULL
);

INSERT INTO contatori (nome, valore) VALUES ('lavorazioni', (SELECT coalesce(max(numero), 0) FROM lavorazioni)), ('annotazioni', 0);

CREATE TABLE richieste (
    gettone  text COLLATE "C" NOT NULL PRIMARY KEY,
    persona  text COLLATE "C" NOT NULL,
    impronta text COLLATE "C" NOT NULL,
    ricevuta text COLLATE "C" NOT NULL,
    quando   timestamptz      NOT NULL
);

CREATE INDEX richieste_quando ON richieste (quando);

CREATE INDEX richieste_persona ON richieste (persona, quando);

CREATE TABLE utenti (
    chiave        text COLLATE "C" NOT NULL PRIMARY KEY,
    nome          text COLLATE "C" NOT NULL,
    persona       text COLLATE "C",
    ruolo         text COLLATE "C" NOT NULL CHECK (ruolo IN ('CONSULTAZIONE', 'OPERATORE', 'RESPONSABILE')),
    sedi          text COLLATE "C" NOT NULL,
    tutte_le_sedi boolean          NOT NULL,
    segreto       text COLLATE "C" NOT NULL,
    disabilitata  boolean          NOT NULL,
    creata_il     timestamptz      NOT NULL
);

CREATE INDEX audit_oggetto ON audit (oggetto, numero);
