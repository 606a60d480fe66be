package sandbox

// risks is every warning code the world can raise (api/sessions.md §7).
var risks = []risk{
	{"DOCUMENT_EXPIRED", "ID_VERIFICATION", "ID_VERIFICATION", "d", 5, "Document has expired", "The date printed on the document lies before the day of the check."},
	{"LOW_LIVENESS_SCORE", "LIVENESS", "LIVENESS", "dr", 5, "Liveness score is low", "The score is under the limit of this workflow."},
}
