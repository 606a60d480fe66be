package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// burst is the size of a bucket in minutes of its rate. Upstream counts 300 in a
// sliding minute: 200 a minute and a burst of 60 stay below that (P20).
const burst = 0.3

// Take is one request for tokens.
type Take struct {
	Bucket     string
	Background bool    // leaves Reserve for people
	Cost       float64 // usually 1
	PerMinute  float64
	Reserve    float64 // part of a minute's tokens that background work leaves alone: 0.2
}

// TakeToken takes from the bucket that all instances share. A wait of zero means
// taken; otherwise nothing was taken, and it is worth asking again after wait.
// During a pause that is what is left of it. Time is the database's (F36).
func (q queries) TakeToken(ctx context.Context, t Take) (wait time.Duration, err error) {
	wait, err = q.takeToken(ctx, t)
	if !kyc.Is(err, kyc.NotFound) {
		return wait, err
	}
	if err := q.fillBucket(ctx, t); err != nil {
		return 0, err
	}
	return q.takeToken(ctx, t)
}

func (q queries) takeToken(ctx context.Context, t Take) (time.Duration, error) {
	floor := 0.0
	if t.Background {
		floor = min(t.Reserve, 0.9*burst) * t.PerMinute
	}
	// The row is locked first, so the time read afterwards is the time of taking.
	seconds, err := writeOne(ctx, q, "store.TakeToken", `
		with bucket as materialized (
			select tokens, updated_at, paused_until
			from rate_buckets
			where name = $1
			for update
		), timed as materialized (
			select *, clock_timestamp() as at
			from bucket
		), filled as materialized (
			select
				at,
				least($2, tokens + $3 * greatest(0, extract(epoch from at - updated_at)::float8)) as tokens,
				greatest(0, coalesce(extract(epoch from paused_until - at)::float8, 0)) as pause
			from timed
		), judged as materialized (
			select
				at,
				tokens,
				case when pause > 0 then pause else greatest(0, ($4::float8 + $5::float8 - tokens) / $3) end as wait
			from filled
		), taken as (
			update rate_buckets
			set tokens = judged.tokens - $4, updated_at = judged.at
			from judged
			where name = $1 and wait = 0
		)
		select wait
		from judged`, pgx.RowTo[float64],
		t.Bucket, burst*t.PerMinute, t.PerMinute/60, t.Cost, floor)
	return time.Duration(seconds * float64(time.Second)), err
}

func (q queries) fillBucket(ctx context.Context, t Take) error {
	_, err := q.exec(ctx, "store.TakeToken", `
		insert into rate_buckets (name, tokens, updated_at)
		values ($1, $2, clock_timestamp())
		on conflict do nothing`, t.Bucket, burst*t.PerMinute)
	return err
}

// PauseBucket lets nobody take for the given time, whichever instance asks: what
// a Retry-After of one means for all. A longer pause stays.
func (q queries) PauseBucket(ctx context.Context, bucket string, long time.Duration, why string) error {
	_, err := q.exec(ctx, "store.PauseBucket", `
		insert into rate_buckets as b (name, tokens, updated_at, paused_until, paused_why)
		values ($1, 0, clock_timestamp(), clock_timestamp() + $2, $3)
		on conflict (name) do update set
			paused_until = greatest(b.paused_until, excluded.paused_until),
			paused_why = excluded.paused_why`, bucket, long, why)
	return err
}

// Pause is what is left of a bucket's pause; zero Left means it runs.
type Pause struct {
	Left time.Duration
	Why  string
}

// BucketPause tells whether a bucket is paused.
func (q queries) BucketPause(ctx context.Context, bucket string) (Pause, error) {
	p, err := readOne(ctx, q, "store.BucketPause", `
		select
			greatest(interval '0', paused_until - clock_timestamp()) as left,
			paused_why as why
		from rate_buckets
		where name = $1 and paused_until is not null`, pgx.RowToStructByName[Pause], bucket)
	if kyc.Is(err, kyc.NotFound) {
		return Pause{}, nil
	}
	return p, err
}
