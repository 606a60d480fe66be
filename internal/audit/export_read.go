package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"runtime"
)

// chunkLines is how many lines are decoded at a time: enough that handing them
// over costs nothing beside decoding them.
const chunkLines = 256

// chunk is some entry lines of a file in their order, and what came of them.
type chunk struct {
	lines   [][]byte
	err     error // why there are no lines after these; nil = there may be
	entries []Entry
	ready   chan struct{} // closed when entries and err are final
}

// readEntries yields the entries in their order and leaves the last line in
// signed. Decoding is most of a check's work, so every core takes part.
func readEntries(file *bufio.Scanner, signed *SignedHead) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stop := make(chan struct{})
		chunks := decodeAll(file, signed, stop)
		defer func() { // nobody touches file or signed after this
			close(stop)
			for range chunks { //nolint:revive // until the reader has ended
			}
		}()
		for c := range chunks {
			<-c.ready
			for _, e := range c.entries {
				if !yield(e, nil) {
					return
				}
			}
			if c.err != nil {
				yield(Entry{}, c.err)
				return
			}
		}
	}
}

// decodeAll reads the file ahead and gives its chunks in order, each of them
// being decoded meanwhile; at most one a core is under way. The channel ends
// after the last line, or after stop.
func decodeAll(file *bufio.Scanner, signed *SignedHead, stop <-chan struct{}) <-chan *chunk {
	chunks := make(chan *chunk, runtime.GOMAXPROCS(0))
	go func() {
		defer close(chunks)
		for more := true; more; {
			var c *chunk
			c, more = readChunk(file, signed)
			go c.decode()
			select {
			case chunks <- c:
			case <-stop:
				return
			}
		}
	}()
	return chunks
}

// readChunk copies the next lines; false after the last.
func readChunk(file *bufio.Scanner, signed *SignedHead) (*chunk, bool) {
	c := &chunk{ready: make(chan struct{})}
	for len(c.lines) < chunkLines {
		if !file.Scan() {
			c.err = file.Err()
			return c, false
		}
		if bytes.HasPrefix(file.Bytes(), []byte(headStart)) {
			c.err = readHead(file, signed)
			return c, false
		}
		c.lines = append(c.lines, bytes.Clone(file.Bytes()))
	}
	return c, true
}

func readHead(file *bufio.Scanner, signed *SignedHead) error {
	if err := json.Unmarshal(file.Bytes(), signed); err != nil {
		return fmt.Errorf("%w: head: %w", ErrFormat, err)
	}
	if file.Scan() {
		return fmt.Errorf("%w: lines after the signed head", ErrFormat)
	}
	return file.Err()
}

func (c *chunk) decode() {
	defer close(c.ready)
	c.entries = make([]Entry, 0, len(c.lines))
	for _, text := range c.lines {
		e, err := readLine(text)
		if err != nil {
			c.err = err
			return
		}
		c.entries = append(c.entries, e)
	}
}

// readLine takes only what Export would have written: a key that stands twice
// or that we do not know would be read by people and not be covered by the hash.
func readLine(text []byte) (Entry, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if again, err := json.Marshal(l); err != nil || !bytes.Equal(again, text) {
		return Entry{}, fmt.Errorf("%w: entry %d was written by something else", ErrFormat, l.Seq)
	}
	return l.entry(), nil
}
