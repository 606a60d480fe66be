package flow

// The builders below keep a line of the catalogue to one line: name, label, and
// either a whole meaning or, for actions, the case they are for.

func key(kind KeyKind, name, label, meaning string) Key {
	return Key{Name: name, Kind: kind, Label: label, Meaning: meaning}
}

func yes(name, label, meaning string) Key { return key(KindBool, name, label, meaning) }

func percent(name, label, meaning string) Key {
	return key(KindPercent, name, label, meaning).within(0, 100)
}

func whole(name string, low, high float64, label, meaning string) Key {
	return key(KindInt, name, label, meaning).within(low, high)
}

func count(name, label, meaning string) Key  { return key(KindInt, name, label, meaning) }
func text(name, label, meaning string) Key   { return key(KindText, name, label, meaning) }
func list(name, label, meaning string) Key   { return key(KindList, name, label, meaning) }
func object(name, label, meaning string) Key { return key(KindObject, name, label, meaning) }

func enum(name, label, meaning string, values ...string) Key {
	k := key(KindEnum, name, label, meaning)
	k.Enum = values
	return k
}

func act(name, label, when string) Key {
	k := key(KindAction, name, label, "What to do when "+when+".")
	k.Enum, k.Group = []string{"NO_ACTION", "REVIEW", "DECLINE"}, "Risks"
	return k
}

func act2(name, label, when string) Key {
	k := key(KindAction2, name, label, "What to do when "+when+"; passing it over is not offered.")
	k.Enum, k.Group = []string{"REVIEW", "DECLINE"}, "Risks"
	return k
}

func (k Key) within(low, high float64) Key {
	k.Min, k.Max = &low, &high
	return k
}

func (k Key) unbounded() Key {
	k.Kind, k.Min, k.Max = KindNumber, nil, nil
	return k
}

func (k Key) def(json string) Key {
	k.Default = json
	return k
}

func (k Key) common() Key {
	k.Common = true
	return k
}

func (k Key) must() Key {
	k.NotNull = true
	return k
}

func (k Key) firstOnly() Key {
	k.First = true
	return k
}

// group names the group of keys that have none yet.
func group(name string, keys ...Key) []Key {
	for i := range keys {
		if keys[i].Group == "" {
			keys[i].Group = name
		}
	}
	return keys
}

func join(groups ...[]Key) []Key {
	var all []Key
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// grouped moves an action out of the risks.
func (k Key) grouped(name string) Key {
	k.Group = name
	return k
}
