package flow

// part is the settings of one step.
type part struct {
	wire string
	keys []Key
}

func parts() []part {
	return []part{
		{"LIVENESS", livenessKeys()},
	}
}

func livenessKeys() []Key { return nil }
