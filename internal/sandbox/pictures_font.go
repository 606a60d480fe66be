package sandbox

// letters are the glyphs in the order of the font table.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-/:<>'\"()+&@#%?=!_*"

// font holds seven rows of five dots for each letter, a row two hex digits.
const font = "" +
	"0E11111F111111" + "1E11111E11111E" + "0E11101010110E" + "1E11111111111E" + "1F10101E10101F" + "1F10101E101010" +
	"0E11101713110F" + "1111111F111111" + "0E04040404040E" + "0702020202120C" + "11121418141211" + "1010101010101F" +
	"111B1515111111" + "11191915131311" + "0E11111111110E" + "1E11111E101010" + "0E11111115120D" + "1E11111E141211" +
	"0F10100E01011E" + "1F040404040404" + "1111111111110E" + "11111111110A04" + "1111111515150A" + "11110A040A1111" +
	"11110A04040404" + "1F01020408101F" +
	"0E11131519110E" + "040C040404040E" + "0E11010204081F" + "1F02040201110E" + "02060A121F0202" + "1F101E0101110E" +
	"0608101E11110E" + "1F010204080808" + "0E11110E11110E" + "0E11110F01020C" +
	"00000000000000" + "00000000000C0C" + "000000000C0408" + "0000001F000000" + "01010204081010" + "000C0C000C0C00" +
	"02040810080402" + "08040201020408" + "04040800000000" + "0A0A0A00000000" + "02040808080402" + "08040202020408" +
	"0004041F040400" + "0C12140815120D" + "0E11171517100E" + "0A0A1F0A1F0A0A" + "18190204081303" + "0E110102040004" +
	"00001F001F0000" + "04040404040004" + "0000000000001F" + "00150E1F0E1500"

// glyph is a letter's rows, low five bits each.
func glyph(r rune) (rows [7]byte, known bool) {
	for i, l := range letters {
		if l != r {
			continue
		}
		for row := range rows {
			rows[row] = hexDigit(font[i*14+row*2])<<4 | hexDigit(font[i*14+row*2+1])
		}
		return rows, true
	}
	return rows, false
}

func hexDigit(b byte) byte {
	if b >= 'A' {
		return b - 'A' + 10
	}
	return b - '0'
}
