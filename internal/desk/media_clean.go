package desk

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"diditdesk/internal/kyc"
)

const (
	maxPixels   = 40_000_000 // decompression bombs; the sharpest phone cameras make 50, Didit scales down
	jpegQuality = 92         // high enough that the fine print of a document stays legible
)

// clean turns bytes into a picture that is nothing but a picture. The type is
// read from the bytes, never from a header or a name, and the picture is drawn
// anew, so that whatever else the file was (HTML, script, archive, metadata) is
// gone.
func clean(raw []byte) (Picture, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		return redraw(raw, "image/jpeg")
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		return redraw(raw, "image/png")
	case bytes.HasPrefix(raw, []byte("%PDF-")):
		return Picture{Type: "application/pdf", Body: raw, Attachment: true}, nil
	}
	return Picture{}, kyc.E(kyc.Refused, "desk.clean", "This file is neither a JPEG or PNG picture nor a PDF, so it is not shown.")
}

func redraw(raw []byte, mediaType string) (Picture, error) {
	decodeConfig, decode := jpeg.DecodeConfig, jpeg.Decode
	if mediaType == "image/png" {
		decodeConfig, decode = png.DecodeConfig, png.Decode
	}
	size, err := decodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, broken(err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return Picture{}, kyc.E(kyc.TooLarge, "desk.clean", "This picture has too many pixels to be shown here.")
	}
	img, err := decode(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, broken(err)
	}
	out, err := draw(img, mediaType)
	if err != nil {
		return Picture{}, broken(err)
	}
	return Picture{Type: mediaType, Body: out}, nil
}

func draw(img image.Image, mediaType string) ([]byte, error) {
	var out bytes.Buffer
	if mediaType == "image/png" {
		// Fast: the bytes go once to one browser, the processor serves everybody.
		enc := png.Encoder{CompressionLevel: png.BestSpeed}
		err := enc.Encode(&out, img)
		return out.Bytes(), err
	}
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: jpegQuality})
	return out.Bytes(), err
}

func broken(err error) error {
	return &kyc.Error{Kind: kyc.Refused, Op: "desk.clean", Message: "This picture is damaged and cannot be shown.", Err: err}
}
