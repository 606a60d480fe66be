package sandbox

import (
	"math/rand/v2"
	"time"
)

// Status is a session's status, "" when there is no such session.
func (s *Server) Status(sessionID string) string {
	status := ""
	s.read(func() {
		if sess := s.world.byID[sessionID]; sess != nil {
			status = sess.Status
		}
	})
	return status
}

// SessionIDs lists the sessions with a status ("" is any), newest first.
func (s *Server) SessionIDs(status string) []string {
	ids := []string{}
	s.read(func() {
		for i := len(s.world.sessions) - 1; i >= 0; i-- {
			if sess := s.world.sessions[i]; status == "" || sess.Status == status {
				ids = append(ids, sess.ID)
			}
		}
	})
	return ids
}

// Comments are the comments in a session's feed, oldest first.
func (s *Server) Comments(sessionID string) []string {
	comments := []string{}
	s.read(func() {
		if sess := s.world.byID[sessionID]; sess != nil {
			for _, a := range sess.Feed {
				if a.Comment != "" {
					comments = append(comments, a.Comment)
				}
			}
		}
	})
	return comments
}

// MediaURL is a link to a session's picture, as a decision asked for at that
// moment would have it.
func (s *Server) MediaURL(base, sessionID, name string, now time.Time) string {
	return s.media.sign(base, mediaPath+sessionID+"/"+name, now)
}

// newUUID is not from the world's stream: events must not shift what follows.
func newUUID() string { return uuidFrom(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))) }
