package chain

// fewEntries is up to how many entries a look at each is cheaper than a map.
const fewEntries = 16

// lookup is a map for what is mostly a handful.
type lookup[K comparable, V any] struct {
	few  []entry[K, V]
	many map[K]V // all of them, once they are more than a few
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// get gives the value of a key; the zero value where there is none.
func (l *lookup[K, V]) get(key K) (value V, ok bool) {
	if l.many != nil {
		value, ok = l.many[key]
		return value, ok
	}
	for i := range l.few {
		if l.few[i].key == key {
			return l.few[i].value, true
		}
	}
	return value, false
}

// put gives a key its value.
func (l *lookup[K, V]) put(key K, value V) {
	if l.many == nil && len(l.few) >= fewEntries {
		l.many = make(map[K]V, 2*fewEntries)
		for _, e := range l.few {
			l.many[e.key] = e.value
		}
	}
	if l.many != nil {
		l.many[key] = value
		return
	}
	for i := range l.few {
		if l.few[i].key == key {
			l.few[i].value = value
			return
		}
	}
	l.few = append(l.few, entry[K, V]{key, value})
}
