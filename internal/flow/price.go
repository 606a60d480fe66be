package flow

// PriceSample is what one known workflow costs, as the API tells it.
type PriceSample struct {
	Features []string // wire names, any order
	Price    string   // decimal, "0.33"
}

// Estimate is a price range in dollars a finished session, decimals as texts.
type Estimate struct {
	Min, Max string
	Known    bool
	Samples  int // how many known workflows it rests on
}

// Price estimates from the prices of the customer's own workflows.
func Price(w *Workflow, samples []PriceSample) Estimate { return Estimate{} }
