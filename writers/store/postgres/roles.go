package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"incrocio/writers/store"
)

// DefaultPrefix begins the names of the roles: incrocio_owner, incrocio_run, incrocio_console, incrocio_analyst.
const DefaultPrefix = "incrocio"

var (
	// ErrPrefix is returned for a prefix of roles that is not made of 1 to 40 small letters, digits and underscores, with a
	// letter first.
	ErrPrefix = errors.New("a prefix of roles has 1 to 40 small letters, digits and underscores, a letter first")
	// ErrRoles is returned where roles may do something else than they should after all, and whoever asked cannot change it:
	// the schema belongs to somebody else, or a privilege comes by another way. What was done is taken back.
	ErrRoles = errors.New("the privileges are not as they should be")
)

var prefixes = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Granted is what [GrantRoles] leaves.
type Granted struct {
	Rights []Right // by object, then role
	// Changed are the lines of the catalogue that went ("- …") or came ("+ …"), in order, none where everything was in
	// place. They are Italian, for people.
	Changed []string
	// Notes say, in Italian, what was left alone, and what others may do with the tables.
	Notes []string
}

// Right is what a role may do with an object.
type Right struct {
	Role   string
	Object string
	// Privileges are in the words of GRANT: "SELECT, UPDATE (elenco)"; "OWNER" for the owner.
	Privileges string
	Sede       bool // only with rows of the sedi in incrocio.sedi
}

// GrantRoles makes the four roles of a store whose schema is in place, or brings them up to date: their attributes, who owns
// tables, views and functions, privileges, row security with its policies, and the views of analysts. It is one transaction,
// and doing it again changes nothing. Roles are those of the whole server: with several stores on one, give each a prefix.
//
// Who asks must be allowed to make roles that are not there yet, and to hand tables over to the owner: a superuser, or the
// owner of the tables and of the schema with CREATEROLE. It returns [ErrURL], [ErrPrefix], [ErrRoles] and [store.DatabaseError].
func GrantRoles(ctx context.Context, url, prefix string, o store.Options) (Granted, error) {
	var g Granted
	if !prefixes.MatchString(prefix) {
		return g, ErrPrefix
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return g, fmt.Errorf("grant roles: %w", ErrURL)
	}
	for try := 0; ; try++ {
		g, err = grantOnce(ctx, config, prefix, o)
		if err == nil || !errors.Is(err, store.ErrTemporary) || try+1 == grantTries {
			break
		}
		if err := o.Pause(ctx, try); err != nil {
			return g, err
		}
	}
	if err != nil {
		err = fmt.Errorf("grant roles: %w", err)
	}
	return g, err
}

// grantTries is how often roles are granted anew while readers are in the way.
const grantTries = 5

func grantOnce(ctx context.Context, config *pgx.ConnConfig, prefix string, o store.Options) (Granted, error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return Granted{}, translate("connect", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // which also ends the transaction
	tx, err := conn.Begin(ctx)
	if err != nil {
		return Granted{}, translate("begin", err)
	}
	g := granting{Tx: tx, prefix: prefix}
	if err := g.run(ctx, o); err != nil {
		return Granted{}, err
	}
	if len(g.out.Changed) == 0 { // not even what was dropped and made again
		return g.out, translate("roll back", tx.Rollback(ctx))
	}
	return g.out, translate("commit", tx.Commit(ctx))
}

// granting is the transaction in which roles are granted.
type granting struct {
	pgx.Tx
	prefix   string
	schema   string // of the tables, by the user's search path
	database string
	mayGrant struct{ schema, database bool } // whether the user owns them
	out      Granted
}

func (g *granting) run(ctx context.Context, o store.Options) error {
	// The lease's row keeps those out who change something: they would wait for us with locks that we wait for.
	if err := g.exec(ctx, fmt.Sprintf("SET LOCAL lock_timeout = %d; SELECT 1 FROM blocco FOR UPDATE", o.BusyTime().Milliseconds())); err != nil {
		return err
	}
	err := g.ask(ctx, "who", `SELECT n.nspname, d.datname, pg_has_role(n.nspowner, 'USAGE'), pg_has_role(d.datdba, 'USAGE')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_database d
		WHERE c.oid = to_regclass('blocco') AND d.datname = current_database()`, nil,
		&g.schema, &g.database, &g.mayGrant.schema, &g.mayGrant.database)
	if err != nil {
		return err
	}
	before, err := g.catalogue(ctx)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{g.makeRoles, g.grantPlaces, g.handOver, g.secureRows, g.makeViews, g.grantObjects} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	after, err := g.catalogue(ctx)
	if err != nil {
		return err
	}
	g.out.Changed = changes(before, after)
	if err := g.verify(ctx); err != nil {
		return err
	}
	return g.report(ctx)
}

func (g *granting) exec(ctx context.Context, text string, args ...any) error {
	_, err := g.Exec(ctx, text, args...)
	return translate(what(text), err)
}

// ask gives the one row of an answer.
func (g *granting) ask(ctx context.Context, step, text string, args []any, to ...any) error {
	return translate(step, g.QueryRow(ctx, text, args...).Scan(to...))
}

// each hands the rows of an answer, which are texts, to fn.
func (g *granting) each(ctx context.Context, step, text string, args []any, fn func([]string)) error {
	rows, err := g.Query(ctx, text, args...)
	if err != nil {
		return translate(step, err)
	}
	defer rows.Close()
	for rows.Next() {
		row := make([]string, len(rows.FieldDescriptions()))
		to := make([]any, len(row))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return translate(step, err)
		}
		fn(row)
	}
	return translate(step, rows.Err())
}

// role gives the name of one of the four roles.
func (g *granting) role(which string) string { return g.prefix + "_" + which }

// roles lists the four, the owner first.
func (g *granting) roles() []string {
	return []string{g.role(roleOwner), g.role(roleRun), g.role(roleConsole), g.role(roleAnalyst)}
}

// others lists the three that own nothing.
func (g *granting) others() string { return strings.Join(g.roles()[1:], ", ") }

func (g *granting) quotedSchema() string { return pgx.Identifier{g.schema}.Sanitize() }

// in names an object of the schema.
func (g *granting) in(name string) string { return pgx.Identifier{g.schema, name}.Sanitize() }

// attributes are what a role has, by the column of pg_roles: nothing at all.
var attributes = [...]struct{ column, take string }{
	{"rolcanlogin", "NOLOGIN"},
	{"rolsuper", "NOSUPERUSER"},
	{"rolbypassrls", "NOBYPASSRLS"},
	{"rolcreatedb", "NOCREATEDB"},
	{"rolcreaterole", "NOCREATEROLE"},
	{"rolreplication", "NOREPLICATION"},
	{"rolinherit", "NOINHERIT"},
}

// makeRoles makes the roles that are not there, and takes from the others what they should not have: attributes, and
// membership in any role.
func (g *granting) makeRoles(ctx context.Context) error {
	var columns, take []string
	for _, a := range attributes {
		columns, take = append(columns, "CASE WHEN "+a.column+" THEN '"+a.take+"' ELSE '' END"), append(take, a.take)
	}
	there := map[string]string{}
	err := g.each(ctx, "read roles", "SELECT rolname, concat_ws(' ', "+strings.Join(columns, ", ")+") FROM pg_roles WHERE rolname = ANY ($1)",
		[]any{g.roles()}, func(row []string) { there[row[0]] = strings.TrimSpace(row[1]) })
	if err != nil {
		return err
	}
	for _, role := range g.roles() {
		surplus, ok := there[role]
		switch {
		case !ok:
			err = g.exec(ctx, "CREATE ROLE "+role+" "+strings.Join(take, " "))
		case surplus != "":
			err = g.exec(ctx, "ALTER ROLE "+role+" "+surplus)
		}
		if err != nil {
			return err
		}
	}
	return g.leave(ctx)
}

// leave takes the roles out of all others, and makes the user a member of the owner, to which it is to hand things over.
func (g *granting) leave(ctx context.Context) error {
	var statements []string
	err := g.each(ctx, "read members", `SELECT m.roleid::regrole::text, m.member::regrole::text FROM pg_auth_members m
		JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY ($1) ORDER BY 1, 2`, []any{g.roles()},
		func(row []string) { statements = append(statements, "REVOKE "+row[0]+" FROM "+row[1]) })
	if err != nil {
		return err
	}
	member := false
	if err := g.ask(ctx, "read members", "SELECT pg_has_role($1, 'USAGE')", []any{g.role(roleOwner)}, &member); err != nil {
		return err
	}
	if !member {
		statements = append(statements, "GRANT "+g.role(roleOwner)+" TO CURRENT_USER")
	}
	return g.all(ctx, statements)
}

func (g *granting) all(ctx context.Context, statements []string) error {
	for _, s := range statements {
		if err := g.exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// grantPlaces grants what the roles may do with schema and database, where those are the user's to grant.
func (g *granting) grantPlaces(ctx context.Context) error {
	var statements []string
	schema, database := "SCHEMA "+g.quotedSchema(), "DATABASE "+pgx.Identifier{g.database}.Sanitize()
	if g.mayGrant.schema {
		statements = append(statements, "REVOKE ALL ON "+schema+" FROM PUBLIC, "+strings.Join(g.roles(), ", "))
		statements = append(statements, g.grants(schema, onSchema)...)
	}
	if g.mayGrant.database {
		statements = append(statements, "REVOKE TEMPORARY ON "+database+" FROM PUBLIC",
			"REVOKE ALL ON "+database+" FROM "+strings.Join(g.roles(), ", "))
		statements = append(statements, g.grants(database, onDatabase)...)
	}
	return g.all(ctx, statements)
}

// grants writes what roles may do with an object.
func (g *granting) grants(object string, rights map[string]string) (statements []string) {
	for _, which := range [...]string{roleOwner, roleRun, roleConsole, roleAnalyst} {
		if rights[which] != "" {
			statements = append(statements, "GRANT "+rights[which]+" ON "+object+" TO "+g.role(which))
		}
	}
	return statements
}

// handOver makes the owner own tables and functions.
func (g *granting) handOver(ctx context.Context) error {
	statements := []string{}
	err := g.each(ctx, "read owners", `SELECT c.relname FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relname = ANY ($2)
		AND c.relkind IN ('r', 'p') AND c.relowner <> (SELECT oid FROM pg_roles WHERE rolname = $3) ORDER BY 1`,
		[]any{g.quotedSchema(), g.tables(), g.role(roleOwner)},
		func(row []string) {
			statements = append(statements, "ALTER TABLE "+g.in(row[0])+" OWNER TO "+g.role(roleOwner))
		})
	if err != nil {
		return err
	}
	for _, f := range functions {
		statements = append(statements, "ALTER FUNCTION "+g.quotedSchema()+"."+f+" OWNER TO "+g.role(roleOwner))
	}
	return g.all(ctx, statements)
}

// tables names the tables that are the store's.
func (g *granting) tables() (names []string) {
	for i := range relations {
		if !relations[i].outside {
			names = append(names, relations[i].name)
		}
	}
	return names
}

// secureRows puts row security on every table with a sede, for the owner too, with our policies and no others: everything
// for owner and nights, the operator's sedi for the console.
func (g *granting) secureRows(ctx context.Context) error {
	var statements []string
	err := g.each(ctx, "read policies", "SELECT tablename, policyname FROM pg_policies WHERE schemaname = $1 AND tablename = ANY ($2) ORDER BY 1, 2",
		[]any{g.schema, g.tables()}, func(row []string) {
			statements = append(statements, "DROP POLICY "+pgx.Identifier{row[1]}.Sanitize()+" ON "+g.in(row[0]))
		})
	if err != nil {
		return err
	}
	for i := range relations {
		r := &relations[i]
		if !r.sede {
			continue
		}
		table := g.in(r.name)
		statements = append(statements, "ALTER TABLE "+table+" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
			g.policy(table, roleOwner, "true"), g.policy(table, roleRun, "true"))
		if r.console != "" {
			statements = append(statements, g.policy(table, roleConsole, visible))
		}
	}
	return g.all(ctx, statements)
}

func (g *granting) policy(table, which, condition string) string {
	return "CREATE POLICY " + which + " ON " + table + " TO " + g.role(which) + " USING (" + condition + ") WITH CHECK (" + condition + ")"
}

// makeViews makes the views of analysts; one that has other columns than before is made anew.
func (g *granting) makeViews(ctx context.Context) error {
	for _, v := range views {
		name := g.in(v.name)
		text := " VIEW " + name + " AS " + v.query
		err := pgx.BeginFunc(ctx, g.Tx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "CREATE OR REPLACE"+text)
			return err
		})
		if err != nil {
			err = g.all(ctx, []string{"DROP VIEW IF EXISTS " + name, "CREATE" + text})
		}
		if err == nil {
			err = g.exec(ctx, "ALTER VIEW "+name+" OWNER TO "+g.role(roleOwner))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grantObjects grants what the roles may do with tables, views and functions, and nothing else.
func (g *granting) grantObjects(ctx context.Context) error {
	var statements []string
	only := func(object string, rights map[string]string) {
		statements = append(statements, "REVOKE ALL ON "+object+" FROM PUBLIC, "+g.others())
		statements = append(statements, g.grants(object, rights)...)
	}
	for i := range relations {
		if r := &relations[i]; !r.outside {
			only(g.in(r.name), map[string]string{roleRun: r.run, roleConsole: r.console})
		}
	}
	for _, v := range views {
		only(g.in(v.name), map[string]string{roleAnalyst: "SELECT"})
	}
	for _, f := range functions {
		only("FUNCTION "+g.quotedSchema()+"."+f, nil)
	}
	outside, err := g.outside(ctx)
	if err != nil {
		return err
	}
	for i := range relations {
		if r := &relations[i]; r.outside && outside[r.name] {
			statements = append(statements, "REVOKE ALL ON "+g.in(r.name)+" FROM "+g.others(),
				"GRANT "+r.run+" ON "+g.in(r.name)+" TO "+g.role(roleRun))
		}
	}
	return g.all(ctx, statements)
}

// outside names the tables of others that are there and of which the user may grant something.
func (g *granting) outside(ctx context.Context) (map[string]bool, error) {
	there := map[string]bool{}
	err := g.each(ctx, "read owners", `SELECT c.relname, pg_has_role(c.relowner, 'USAGE')::text FROM pg_class c
		WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ANY ($2)`,
		[]any{g.quotedSchema(), outsiders()}, func(row []string) { there[row[0]] = row[1] == "true" })
	return there, err
}

func outsiders() (names []string) {
	for i := range relations {
		if relations[i].outside {
			names = append(names, relations[i].name)
		}
	}
	return names
}

// report says what the roles may do now, and what was left alone.
func (g *granting) report(ctx context.Context) error {
	outside, err := g.outside(ctx)
	if err != nil {
		return err
	}
	for i := range relations {
		r := &relations[i]
		if _, there := outside[r.name]; r.outside && !there {
			continue
		}
		if !r.outside {
			g.right(r.name, roleOwner, "OWNER", false)
		}
		g.right(r.name, roleRun, r.run, false)
		g.right(r.name, roleConsole, r.console, r.sede)
	}
	for _, v := range views {
		g.right(v.name, roleOwner, "OWNER", false)
		g.right(v.name, roleAnalyst, "SELECT", false)
	}
	for name, mine := range outside {
		if !mine {
			g.out.Notes = append(g.out.Notes, fmt.Sprintf("La tabella %s è di altri: il suo proprietario deve concedere SELECT a %s.", name, g.role(roleRun)))
		}
	}
	slices.Sort(g.out.Notes)
	if !g.mayGrant.database {
		g.out.Notes = append(g.out.Notes, "La base di dati è di altri: le tabelle temporanee restano permesse a chi le aveva.")
	}
	return g.each(ctx, "read privileges", strangers, []any{g.quotedSchema(), append(g.tables(), viewNames()...), g.roles()}, func(row []string) {
		g.out.Notes = append(g.out.Notes, fmt.Sprintf("Anche %s ha %s su %s.", row[0], row[1], row[2]))
	})
}

func (g *granting) right(object, which, privileges string, sede bool) {
	if privileges != "" {
		g.out.Rights = append(g.out.Rights, Right{Role: g.role(which), Object: object, Privileges: privileges, Sede: sede})
	}
}

func viewNames() (names []string) {
	for _, v := range views {
		names = append(names, v.name)
	}
	return names
}
