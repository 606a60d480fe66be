package sandbox

import "time"

// userRow is a row of the list (api/users.md, Row); the world is held.
func (s *Server) userRow(p *Person, base string, now time.Time) map[string]any {
	u := p.summary()
	row := map[string]any{
		"vendor_data": orNull(p.VendorData), "full_name": orNull(u.fullName), "status": s.userStatus(p),
		"date_of_birth": orNull(u.birthDate), "portrait_image_url": nil, "session_count": len(p.sessions),
		"approved_count": u.approved, "declined_count": u.declined, "in_review_count": u.inReview,
		"first_session_at": timeOrNull(u.first), "last_session_at": timeOrNull(u.last),
		"tags": flatTags(p), "created_at": seconds(p.CreatedAt),
	}
	if u.portraitOf != nil {
		row["portrait_image_url"] = s.portrait(u.portraitOf, base, now)
	}
	if s.first() {
		olderUser(row, u)
		return row
	}
	name := p.DisplayName
	if name == "" {
		name = u.fullName
	}
	row["didit_internal_id"] = p.InternalID
	row["display_name"], row["effective_name"] = orNull(p.DisplayName), orNull(name)
	row["last_activity_at"] = timeOrNull(u.last)
	row["issuing_states"], row["approved_emails"], row["approved_phones"] = list(u.states), list(u.emails), list(u.phones)
	row["features"], row["features_list"] = featureMap(u.features, func(name string) string { return name }), featureRows(u.features)
	return row
}

// olderUser writes maps where today has arrays, and steps in the workflow's words.
func olderUser(row map[string]any, u userSummary) {
	row["issuing_states"] = u.stateCount
	row["approved_emails"], row["approved_phones"] = trueMap(u.emails), trueMap(u.phones)
	row["features"] = featureMap(u.features, stepName)
}

func trueMap(values []string) map[string]bool {
	m := map[string]bool{}
	for _, value := range values {
		m[value] = true
	}
	return m
}

func featureMap(features []FeatureStatus, name func(string) string) map[string]string {
	m := map[string]string{}
	for _, f := range features {
		m[name(f.Feature)] = f.Status
	}
	return m
}

func featureRows(features []FeatureStatus) []rowFeature {
	rows := []rowFeature{}
	for _, f := range features {
		rows = append(rows, rowFeature{f.Feature, f.Status})
	}
	return rows
}

// list is never null on the wire.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return seconds(t)
}

func flatTags(p *Person) []any {
	tags := []any{}
	for _, tag := range p.Tags {
		tags = append(tags, map[string]any{"uuid": tag.UUID, "name": tag.Name, "color": tag.Color})
	}
	return tags
}

func (s *Server) userDetail(p *Person, base string, now time.Time) map[string]any {
	body := s.userRow(p, base, now)
	body["metadata"] = mapOrNull(p.Metadata)
	body["updated_at"] = seconds(p.lastSeen())
	comments := []any{}
	for _, c := range p.Comments {
		comments = append(comments, map[string]any{
			"uuid": c.UUID, "comment_type": c.Type, "comment": orNull(c.Text), "actor_email": orNull(c.ActorEmail),
			"actor_name": orNull(c.ActorName), "previous_status": orNull(c.PreviousStatus), "new_status": orNull(c.NewStatus),
			"created_at": seconds(c.CreatedAt),
		})
	}
	body["comments"] = comments
	if !s.first() {
		body["tags"] = tagLinks(p)
	}
	return body
}

// tagLinks is the nested form of today's detail page (api/users.md, tag link).
func tagLinks(p *Person) []any {
	links := []any{}
	for _, tag := range p.Tags {
		links = append(links, map[string]any{
			"uuid": tag.UUID, "added_by_email": "ops@example.com", "added_by_name": "Ops", "created_at": seconds(p.CreatedAt),
			"tag": map[string]any{
				"uuid": tag.UUID, "name": tag.Name, "color": tag.Color, "description": nil, "source": "manual",
				"created_at": seconds(p.CreatedAt), "updated_at": seconds(p.CreatedAt),
			},
		})
	}
	return links
}
