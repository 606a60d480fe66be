package spelt

// One must not recieve this. // want "is misspelt"
const text = "a seperate word" // want "is misspelt"
