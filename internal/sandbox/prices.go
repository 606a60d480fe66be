package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// money is an amount in thousandths of a US dollar.
type money int

// text writes the amount with so many decimals, more where it has more.
func (m money) text(decimals int) string {
	digits := fmt.Sprintf("%d.%03d", m/1000, m%1000)
	for len(digits)-strings.IndexByte(digits, '.')-1 > decimals && strings.HasSuffix(digits, "0") {
		digits = digits[:len(digits)-1]
	}
	return digits
}

// priceTable is what a finished step costs, by feature, or by feature and method
// where the method has a price of its own. It is the only place prices stand.
type priceTable struct {
	Steps map[string]money
	Free  bool // a free monthly allowance: a session may cost nothing (api/workflows.md §10)
}

// documentedPrices are those of api/workflows.md §10; NFC, phone, e-mail,
// questionnaire and Document AI are not told there, theirs are ours.
func documentedPrices() priceTable {
	return priceTable{Free: true, Steps: map[string]money{
		"OCR": 150, "NFC": 50, "LIVENESS": 100, "LIVENESS ACTIVE_3D": 150, "FACE_MATCH": 50, "IP_ANALYSIS": 30, "AML": 320,
		"AGE_ESTIMATION": 100, "PROOF_OF_ADDRESS": 200, "DATABASE_VALIDATION": 300,
		"PHONE_VERIFICATION": 60, "EMAIL_VERIFICATION": 20, "QUESTIONNAIRE": 40, "DOCUMENT_AI": 100,
		"KYB_REGISTRY": 750, "KYB_DOCUMENTS": 100, "KYB_KEY_PEOPLE": 100,
		"BANK_VERIFICATION": 300, "GEOLOCATION": 30, "SIGNATURE": 500,
	}}
}

// step is the price of one step with its settings.
func (p priceTable) step(f WorkflowFeature) money {
	if method, _ := f.Config["face_liveness_method"].(string); method != "" {
		if price, told := p.Steps[f.Feature+" "+method]; told {
			return price
		}
	}
	return p.Steps[f.Feature]
}

// span is the least and the most a session of a workflow can cost.
func (p priceTable) span(wf *Workflow) (least, most money) {
	for _, f := range wf.Features {
		most += p.step(f)
	}
	if p.Free {
		return 0, most
	}
	return most, most
}

// priceBody is the table as GET and PUT /_sandbox/prices speak it.
type priceBody struct {
	Currency string                 `json:"currency"`
	Free     bool                   `json:"free_allowance"`
	Steps    map[string]json.Number `json:"steps"`
}

func (s *Server) showPrices() answer {
	body := priceBody{Currency: "USD", Steps: map[string]json.Number{}}
	s.read(func() {
		body.Free = s.world.prices.Free
		for step, price := range s.world.prices.Steps {
			body.Steps[step] = json.Number(price.text(2))
		}
	})
	return ok(body)
}

// orderPrices replaces the whole table; a step that is not in it is free.
func (s *Server) orderPrices(r *request) answer {
	var body priceBody
	if err := json.Unmarshal(r.body, &body); err != nil {
		return failure(detail(http.StatusBadRequest, err.Error()))
	}
	table := priceTable{Free: body.Free, Steps: map[string]money{}}
	for step, price := range body.Steps {
		amount, err := strconv.ParseFloat(price.String(), 64)
		feature, _, _ := strings.Cut(step, " ")
		switch {
		case err != nil || amount < 0 || amount > 10_000:
			return failure(fieldError(step, "A price between 0 and 10000 is needed."))
		case s.keys[feature] == nil:
			return failure(fieldError(step, "No such step."))
		}
		table.Steps[step] = money(math.Round(amount * 1000))
	}
	s.change(func() { s.world.prices = table })
	return s.showPrices()
}
