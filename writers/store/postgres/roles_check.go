package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// catalogued says, a line each, what the catalogue holds of the roles ($3) and of the objects ($2) of a schema ($1): attributes
// and memberships, owners, privileges of the roles and of everybody, row security, policies, views.
const catalogued = `
WITH roles AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY ($3)),
objects AS (SELECT c.*, c.oid::regclass::text AS name FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relname = ANY ($2)),
functions AS (SELECT p.*, p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = $1::regnamespace),
privileges (object, part, grantee, privilege, grantable) AS (
	SELECT name, '', a.grantee, a.privilege_type, a.is_grantable
	FROM objects, aclexplode(coalesce(relacl, acldefault('r', relowner))) a
	UNION ALL SELECT o.name, ' (' || c.attname || ')', a.grantee, a.privilege_type, a.is_grantable
	FROM objects o JOIN pg_attribute c ON c.attrelid = o.oid, aclexplode(c.attacl) a
	UNION ALL SELECT name, '', a.grantee, a.privilege_type, a.is_grantable
	FROM functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
	UNION ALL SELECT 'schema ' || nspname, '', a.grantee, a.privilege_type, a.is_grantable
	FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE oid = $1::regnamespace
	UNION ALL SELECT 'database ' || datname, '', a.grantee, a.privilege_type, a.is_grantable
	FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = current_database()
)
SELECT 'ruolo ' || r.rolname || concat_ws(' ', '', CASE WHEN p.rolcanlogin THEN 'LOGIN' END, CASE WHEN p.rolsuper THEN 'SUPERUSER' END,
	CASE WHEN p.rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN p.rolcreatedb THEN 'CREATEDB' END,
	CASE WHEN p.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN p.rolreplication THEN 'REPLICATION' END,
	CASE WHEN p.rolinherit THEN 'INHERIT' END)
FROM roles r JOIN pg_roles p USING (oid)
UNION ALL SELECT m.member::regrole || ' membro di ' || m.roleid::regrole FROM pg_auth_members m
	WHERE m.member IN (SELECT oid FROM roles) OR m.roleid IN (SELECT oid FROM roles) AND m.member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
UNION ALL SELECT name || ' di ' || relowner::regrole FROM objects
UNION ALL SELECT name || ' di ' || proowner::regrole FROM functions
UNION ALL SELECT object || ': ' || privilege || part || ' a ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END ||
	CASE WHEN grantable THEN ' con facoltà di concederlo' ELSE '' END
	FROM privileges WHERE grantee = 0 OR grantee IN (SELECT oid FROM roles)
UNION ALL SELECT name || ': sicurezza per riga' || CASE WHEN relforcerowsecurity THEN ', anche per il proprietario' ELSE '' END
	FROM objects WHERE relrowsecurity
UNION ALL SELECT tablename || ': regola ' || policyname || ' ' || permissive || ' ' || cmd || ' per ' || array_to_string(roles, ', ') ||
	', vede ' || coalesce(qual, '-') || ', scrive ' || coalesce(with_check, '-')
	FROM pg_policies WHERE schemaname = (SELECT nspname FROM pg_namespace WHERE oid = $1::regnamespace) AND tablename = ANY ($2)
UNION ALL SELECT name || ': vista ' || md5(pg_get_viewdef(oid)) FROM objects WHERE relkind = 'v'`

// catalogue gives those lines.
func (g *granting) catalogue(ctx context.Context) (map[string]bool, error) {
	lines := map[string]bool{}
	err := g.each(ctx, "read catalogue", catalogued, []any{g.quotedSchema(), append(g.tables(), append(viewNames(), outsiders()...)...), g.roles()},
		func(row []string) { lines[row[0]] = true })
	return lines, err
}

// changes are the lines that went, and those that came.
func changes(before, after map[string]bool) (lines []string) {
	for _, l := range slices.Sorted(maps.Keys(before)) {
		if !after[l] {
			lines = append(lines, "- "+l)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(after)) {
		if !before[l] {
			lines = append(lines, "+ "+l)
		}
	}
	return lines
}

// cell is what a role does with an object.
type cell struct{ role, object, verb string }

func (c cell) String() string { return c.role + ", " + c.object + ", " + c.verb }

// whole stands for an object with all its columns.
const whole = "*"

var granted = regexp.MustCompile(`([A-Z]+)(?: \(([^)]*)\))?`)

// parse gives the columns by verb of what GRANT says, whole for all.
func parse(rights string) map[string]string {
	out := map[string]string{}
	for _, m := range granted.FindAllStringSubmatch(rights, -1) {
		out[m[1]] = cmp.Or(m[2], whole)
	}
	return out
}

// declared gives the columns that the three roles that own nothing may do something with, by cell; a cell that is missing
// is nothing.
func (g *granting) declared() map[cell]string {
	out := map[cell]string{}
	add := func(object, which, rights string) {
		for verb, columns := range parse(rights) {
			out[cell{g.role(which), object, verb}] = columns
		}
	}
	for i := range relations {
		if r := &relations[i]; !r.outside {
			add(r.name, roleRun, r.run)
			add(r.name, roleConsole, r.console)
		}
	}
	for _, v := range views {
		add(v.name, roleAnalyst, "SELECT")
	}
	for _, which := range [...]string{roleRun, roleConsole, roleAnalyst} {
		add("schema", which, onSchema[which])
		if g.mayGrant.database {
			add("database", which, onDatabase[which])
		}
	}
	return out
}

// effective asks what roles ($3) can do in the end with the objects ($2) of a schema ($1), by whatever way: the columns where
// it is not all of them.
const effective = `
WITH roles AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY ($3)),
objects AS (SELECT oid, relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relname = ANY ($2))
SELECT r.rolname, o.relname, verb, '*' FROM roles r, objects o,
	unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS verb WHERE has_table_privilege(r.oid, o.oid, verb)
UNION ALL SELECT r.rolname, o.relname, verb, string_agg(a.attname, ', ' ORDER BY a.attnum) FROM roles r, objects o
	JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped,
	unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS verb
	WHERE has_column_privilege(r.oid, o.oid, a.attnum, verb) AND NOT has_table_privilege(r.oid, o.oid, verb) GROUP BY 1, 2, 3
UNION ALL SELECT r.rolname, 'schema', verb, '*' FROM roles r, unnest('{USAGE,CREATE}'::text[]) AS verb
	WHERE has_schema_privilege(r.oid, $1::regnamespace, verb)
UNION ALL SELECT r.rolname, 'database', verb, '*' FROM roles r, unnest('{CREATE,CONNECT,TEMPORARY}'::text[]) AS verb
	WHERE has_database_privilege(r.oid, current_database(), verb) AND $4`

// verify compares what was declared with what the roles can do in the end, PUBLIC's privileges included.
func (g *granting) verify(ctx context.Context) error {
	can := map[cell]string{}
	err := g.each(ctx, "read privileges", effective,
		[]any{g.quotedSchema(), append(g.tables(), viewNames()...), g.roles()[1:], g.mayGrant.database},
		func(row []string) { can[cell{row[0], row[1], row[2]}] = row[3] })
	if err != nil {
		return err
	}
	declared := g.declared()
	var wrong []string
	for c := range maps.Keys(can) {
		if declared[c] != can[c] {
			wrong = append(wrong, fmt.Sprintf("%s: %q instead of %q", c, can[c], declared[c]))
		}
	}
	for c := range maps.Keys(declared) {
		if can[c] == "" {
			wrong = append(wrong, fmt.Sprintf("%s: missing", c))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fmt.Errorf("%w: %s", ErrRoles, strings.Join(wrong[:min(len(wrong), maxWrong)], "; "))
}

// maxWrong is how many cells an error names.
const maxWrong = 5

// strangers asks what anybody else can do with the objects ($2) of a schema ($1) by a privilege of their own.
const strangers = `
SELECT a.grantee::regrole::text, string_agg(DISTINCT a.privilege_type, ', ' ORDER BY a.privilege_type), c.relname
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relnamespace = $1::regnamespace AND c.relname = ANY ($2) AND a.grantee <> 0
AND a.grantee NOT IN (SELECT oid FROM pg_roles WHERE rolname = ANY ($3))
GROUP BY a.grantee, c.relname ORDER BY 1, 3`
