-- What people do: writes under way, long jobs with their rows, saved searches, settings.
-- +goose Up

-- One row a write to Didit, made before it is sent. 'asked' rows older than their deadline are read back.
create table actions (
    id         bigint generated always as identity primary key,
    nonce      text        not null unique,        -- of the form: sent twice is done once (F39)
    kind       text        not null,               -- approve, decline, resubmit, note, create, delete
    session_id uuid,                               -- no foreign key: a deleted session keeps its actions
    actor_id   bigint      not null,
    actor_name text        not null,
    state      text        not null default 'asked' check (state in ('asked', 'done', 'refused', 'unknown')),
    payload    jsonb       not null default '{}',  -- what was sent: codes, status, steps; note text only in the audit
    result     jsonb       not null default '{}',
    words      text        not null default '',    -- Didit's words when refused
    audit_seq  bigint      not null default 0,
    asked_at   timestamptz not null default now(),
    settled_at timestamptz,
    check_at   timestamptz,                        -- when an unknown outcome is looked at again
    checks     int         not null default 0
);
create index actions_session on actions (session_id, asked_at desc);
create index actions_open on actions (check_at) where state in ('asked', 'unknown');

create table bulk_jobs (
    id          bigint generated always as identity primary key,
    kind        text        not null check (kind in ('delete_sessions')),
    actor_id    bigint      not null,
    actor_name  text        not null,
    actor_role  text        not null,
    nonce       text        not null unique,
    payload_sum bytea       not null,              -- SHA-256 of the frozen list
    total       int         not null,
    state       text        not null default 'waiting' check (state in ('waiting', 'running', 'stopped', 'finished')),
    words       text        not null default '',
    created_at  timestamptz not null default now(),
    finished_at timestamptz
);

create table bulk_items (
    job_id     bigint not null references bulk_jobs on delete cascade,
    position   int    not null,
    session_id uuid   not null,
    number     bigint not null,
    state      text   not null default 'waiting' check (state in ('waiting', 'asked', 'done', 'refused', 'unknown', 'gone')),
    words      text   not null default '',
    audit_seq  bigint not null default 0,
    settled_at timestamptz,
    primary key (job_id, position)
);
create index bulk_items_open on bulk_items (job_id, position) where state in ('waiting', 'asked', 'unknown');

-- Free text never stands in an address: the address carries this id (promise 8). Encrypted, short-lived.
create table searches (
    id         text        primary key,
    sum        bytea       not null unique, -- keyed digest of owner and text: the same search keeps its id
    staff_id   bigint      not null references staff on delete cascade,
    text       bytea       not null,        -- encrypted
    created_at timestamptz not null default now(),
    used_at    timestamptz not null default now()
);

create table saved_views (
    id         bigint generated always as identity primary key,
    staff_id   bigint      not null references staff on delete cascade,
    page       text        not null,
    name       text        not null,
    query      text        not null,
    created_at timestamptz not null default now(),
    unique (staff_id, page, name)
);

create table settings (
    name       text        primary key,
    value      jsonb       not null,
    changed_by bigint      not null default 0,
    changed_at timestamptz not null default now()
);

-- +goose Down
drop table settings, saved_views, searches, bulk_items, bulk_jobs, actions;
