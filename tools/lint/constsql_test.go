package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

// The bad examples in testdata say what must be reported, and where: the
// analyzer fails this test when it stops biting.
func TestT26SQLIsConstant(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), constsql, "store")
}

func TestSpelling(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), spelling, "spelt")
}
