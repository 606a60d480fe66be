package sandbox

import (
	"math"
	"strconv"
	"strings"
)

// folds lists letters with marks beside the plain letters machine-readable
// lines and our picture font use instead.
const folds = "ÀA ÁA ÂA ÃA ÄA ÅA ẠA ĂA ĀA ÆAE ÇC ĆC ČC ÈE ÉE ÊE ËE Ẹ́E ĘE ĚE ÌI ÍI ÎI ÏI İI ĨI ÐD ĐD ÑN ŃN ŇN ÒO ÓO ÔO ÕO ÖO ØO ŐO ỌO ƠO ÙU ÚU ÛU ÜU ŨU ŰU ŪU ƯU ÝY ỲY ÞTH ŁL ŚS ŠS ȘS ŞS ṢS ŹZ ŻZ ŽZ ŘR ȚT ŢT ŤT ĞG " +
	"àa áa âa ãa äa åa ạa ăa āa ảa ấa ầa æae çc ćc čc èe ée êe ëe ẹe ęe ěe ễe ếe ìi íi îi ïi ıi ĩi ịi ðd đd ñn ńn ňn òo óo ôo õo öo øo őo ọo ơo ốo ồo ùu úu ûu üu ũu űu ūu ưu ừu ứu ữu ụu ủu ẵa ằa ắa ậa ờo ớo ợo ộo ổo ýy ỳy þth łl śs šs șs şs ṣs ßss źz żz žz řr țt ţt ťt ğg ůu"

// plain writes a Latin text without marks; what it does not know it drops
// when it is a combining mark and leaves otherwise.
func plain(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if ascii {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r >= 0x300 && r < 0x370: // combining marks
		default:
			b.WriteString(folded(r))
		}
	}
	return b.String()
}

func folded(r rune) string {
	letter := string(r)
	_, rest, found := strings.Cut(" "+folds+" ", " "+letter)
	if !found {
		return letter
	}
	to, _, _ := strings.Cut(rest, " ")
	return to
}

func itoa(n int) string { return strconv.Itoa(n) }

// parseFloat reads one of our own tables' numbers.
func parseFloat(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("sandbox: bad number in a table: " + s)
	}
	return f
}

// places rounds to n decimals, so that a number looks the same in every copy.
func places(f float64, n int) float64 {
	scale := math.Pow10(n)
	return math.Round(f*scale) / scale
}

// tenth rounds to one decimal.
func tenth(f float64) float64 { return places(f, 1) }
