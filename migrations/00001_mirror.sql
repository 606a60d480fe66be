-- The mirror: Didit's sessions, decisions, people and workflows as last seen, with the raw JSON beside what lists need.
-- +goose Up
create extension if not exists pg_trgm;

create table sessions (
    id               uuid primary key,
    number           bigint      not null,
    kind             text        not null default 'user',
    status           text        not null,
    workflow_id      text        not null default '',
    workflow_version int         not null default 0,
    vendor_data      text        not null default '',
    full_name        text        not null default '',
    country          text        not null default '',
    document_type    text        not null default '',
    document_number  text        not null default '',
    email            text        not null default '',
    phone            text        not null default '',
    environment      text        not null default '',
    features         jsonb       not null default '[]',
    feature_states   text[]      not null default '{}', -- 'LIVENESS=In Review': one filter for both halves
    warnings         text[]      not null default '{}', -- risk codes, worst first
    face_score       double precision,
    liveness_score   double precision,
    aml_hits         int         not null default 0,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    status_since     timestamptz not null,
    expires_at       timestamptz,
    decision_at      timestamptz,                       -- when the decision was last mirrored
    decision_due     timestamptz,                       -- when it should be read (again); null = never by itself
    synced_at        timestamptz not null,
    gone_at          timestamptz,                       -- found to have vanished upstream
    seen_pass        bigint      not null default 0,    -- the last full pass that saw it
    row_hash         bytea,                             -- of the raw list row: unchanged rows are not written
    version          bigint      not null default 1,    -- optimistic lock of our forms
    search           text        not null default '',   -- folded; what the list row says, a line break, what the decision adds
    starts           text[]      not null default '{}'  -- folded first letter and first two of each word: one or two letters match these
) with (fillfactor = 90); -- room for the next pass to mark a row as seen without touching an index
create unique index sessions_number on sessions (number, id);
-- One direction throughout, so that a row comparison pages each of them both ways.
create index sessions_newest   on sessions (created_at, id); -- whole: the list can show the gone ones too
create index sessions_updated  on sessions (updated_at, id) where gone_at is null;
create index sessions_since    on sessions (status_since, id) where gone_at is null;
create index sessions_waiting  on sessions (status, status_since, id) where gone_at is null;
create index sessions_status   on sessions (status, created_at, id) where gone_at is null;
create index sessions_workflow on sessions (workflow_id, created_at, id) where gone_at is null;
create index sessions_country  on sessions (country, created_at, id) where gone_at is null;
create index sessions_status_country on sessions (status, country, created_at, id) where gone_at is null; -- the two filters most often set together
create index sessions_vendor   on sessions (vendor_data, created_at, id) where vendor_data <> '';
create index sessions_name     on sessions (full_name, id) where gone_at is null;
create index sessions_warnings on sessions using gin (warnings);
create index sessions_states   on sessions using gin (feature_states);
create index sessions_search   on sessions using gin (search gin_trgm_ops);
create index sessions_starts   on sessions using gin (starts);
-- Decisions to read: those with a time, and those never read.
create index sessions_due      on sessions (decision_due) where decision_due is not null and gone_at is null;
create index sessions_unread   on sessions (created_at) where decision_at is null and gone_at is null;

-- Documents stand apart: JSON beside the list's columns makes every list 13 times heavier to read.
create table session_rows (
    session_id uuid  primary key references sessions on delete cascade,
    raw        jsonb not null
);

create table decisions (
    session_id uuid        primary key references sessions on delete cascade,
    raw        jsonb       not null, -- as it came, media links replaced by their path
    doc        jsonb       not null, -- kyc.Decision
    hash       bytea       not null,
    synced_at  timestamptz not null
);

-- What sessions can share; for matches between people.
create table session_traits (
    kind       text        not null check (kind in ('document', 'phone', 'email', 'ip', 'device', 'vendor', 'person')),
    value      text        not null,
    session_id uuid        not null references sessions on delete cascade,
    created_at timestamptz not null,
    primary key (kind, value, session_id)
);
create index session_traits_session on session_traits (session_id);

create table reviews (
    id          text        not null, -- uuid; older API: the number
    session_id  uuid        not null references sessions on delete cascade,
    type        text        not null default '',
    actor       text        not null default '',
    from_status text        not null default '',
    to_status   text        not null default '',
    comment     text        not null default '',
    created_at  timestamptz not null,
    raw         jsonb       not null,
    primary key (session_id, id)
);
create index reviews_newest on reviews (session_id, created_at desc, id);

create table users (
    id            bigint generated always as identity primary key,
    internal_id   text        not null default '',
    vendor_data   text        not null unique,
    full_name     text        not null default '',
    display_name  text        not null default '',
    birth_date    text        not null default '',
    status        text        not null default '',
    session_count int         not null default 0,
    approved      int         not null default 0,
    declined      int         not null default 0,
    in_review     int         not null default 0,
    countries     text[]      not null default '{}',
    emails        text[]      not null default '{}',
    phones        text[]      not null default '{}',
    features      jsonb       not null default '[]',
    first_seen    timestamptz,
    last_seen     timestamptz,
    created_at    timestamptz,
    synced_at     timestamptz not null,
    gone_at       timestamptz,
    seen_pass     bigint      not null default 0,
    row_hash      bytea,
    search        text        not null default '',
    raw           jsonb       not null
);
create index users_newest on users ((coalesce(last_seen, '-infinity')), id) where gone_at is null;
create index users_search on users using gin (search gin_trgm_ops);

create table workflows (
    id         text        primary key, -- group id; first generation: the uuid
    version_id text        not null,
    version    int         not null default 0,
    label      text        not null default '',
    type       text        not null default '',
    status     text        not null default '',
    is_default boolean     not null default false,
    features   text[]      not null default '{}',
    price      text        not null default '', -- decimal as sent
    limits     jsonb       not null default '{}',
    updated_at timestamptz,
    synced_at  timestamptz not null,
    gone_at    timestamptz,
    seen_pass  bigint      not null default 0
);

create table workflow_versions (
    version_id  text        primary key,
    workflow_id text        not null references workflows on delete cascade,
    version     int         not null default 0,
    limits      jsonb       not null default '{}',
    raw         jsonb       not null,
    hash        bytea       not null,
    seen_at     timestamptz not null
);
create index workflow_versions_group on workflow_versions (workflow_id, version desc);

-- One row a resource: where its passes stand.
create table mirror_state (
    resource    text        primary key, -- sessions, users, workflows, decisions
    phase       text        not null default 'new' check (phase in ('new', 'filling', 'in_step', 'paused')),
    cursor      jsonb       not null default '{}', -- of a fill or pass under way
    pass        bigint      not null default 0,
    rows_seen   bigint      not null default 0,
    started_at  timestamptz,
    finished_at timestamptz,
    ok_at       timestamptz, -- the last time upstream answered for this resource
    failed_at   timestamptz,
    failure     text        not null default '',   -- in words
    tries       int         not null default 0,
    next_at     timestamptz not null default now()
);

-- One bucket for all instances; people may take what background work must leave.
create table rate_buckets (
    name         text             primary key,
    tokens       double precision not null,
    updated_at   timestamptz      not null,
    paused_until timestamptz,
    paused_why   text             not null default ''
);

-- Who leads; token grows with every change of holder and fences late writes (F35).
create table leases (
    name       text        primary key,
    holder     text        not null,
    token      bigint      not null,
    expires_at timestamptz not null
);

-- +goose Down
drop table leases, rate_buckets, mirror_state, workflow_versions, workflows, users, reviews, session_traits, decisions, session_rows, sessions;
