package desk

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"diditdesk/internal/kyc"
)

const (
	maxPixels   = 40_000_000 // against decompression bombs; phones make 12 to 50, Didit scales down
	jpegQuality = 92         // high enough that the fine print of a document stays legible
)

// format is a kind of picture that may be shown.
type format struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	as     string // what it is drawn anew as
}

// formatOf reads the first bytes; headers and names are never believed.
func formatOf(raw []byte) (format, bool) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		return format{jpeg.DecodeConfig, jpeg.Decode, "image/jpeg"}, true
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		return format{png.DecodeConfig, png.Decode, "image/png"}, true
	case len(raw) > 12 && string(raw[:4]) == "RIFF" && string(raw[8:12]) == "WEBP":
		return format{webp.DecodeConfig, webp.Decode, "image/jpeg"}, true
	}
	return format{}, false
}

// clean turns bytes into a picture that is nothing but a picture: it is drawn
// anew, so that whatever else the file was (HTML, script, archive, metadata with
// the place it was taken) is gone. A PDF stays as it is, to be downloaded only.
func clean(raw []byte) (Picture, error) {
	if bytes.HasPrefix(raw, []byte("%PDF-")) {
		return Picture{Type: "application/pdf", Body: raw, Attachment: true}, nil
	}
	f, ok := formatOf(raw)
	if !ok {
		return Picture{}, kyc.E(kyc.Refused, "desk.clean", "This file is neither a JPEG, PNG or WebP picture nor a PDF, so it is not shown.")
	}
	size, err := f.config(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, broken(err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return Picture{}, kyc.E(kyc.TooLarge, "desk.clean", "This picture has too many pixels to be shown here.")
	}
	img, err := f.decode(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, broken(err)
	}
	var out bytes.Buffer
	if err := draw(&out, img, f.as); err != nil {
		return Picture{}, broken(err)
	}
	return Picture{Type: f.as, Body: out.Bytes()}, nil
}

func draw(out io.Writer, img image.Image, as string) error {
	if as == "image/png" {
		// Fast: the bytes go once to one browser, the processor serves everybody.
		enc := png.Encoder{CompressionLevel: png.BestSpeed}
		return enc.Encode(out, img)
	}
	return jpeg.Encode(out, img, &jpeg.Options{Quality: jpegQuality})
}

func broken(err error) error {
	return &kyc.Error{Kind: kyc.Refused, Op: "desk.clean", Message: "This picture is damaged and cannot be shown.", Err: err}
}
