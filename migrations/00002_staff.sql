-- Staff, their sign-ins, and the counts that bound guessing.
-- +goose Up
create table staff (
    id            bigint generated always as identity primary key,
    email         text        not null,
    email_key     text        not null unique, -- canonical: NFKC, case folded, trimmed
    name          text        not null,
    role          text        not null check (role in ('admin', 'compliance', 'support', 'finance', 'auditor')),
    password_hash text        not null default '', -- argon2id, PHC string; '' = cannot sign in by password
    disabled_at   timestamptz,
    time_zone     text        not null default '',
    theme         text        not null default '' check (theme in ('', 'light', 'dark')),
    created_at    timestamptz not null default now(),
    changed_at    timestamptz not null default now()
);

-- Server side of the sign-in cookie. Only the SHA-256 of the opaque id is kept (T5).
create table signins (
    id         bigint generated always as identity primary key,
    token_hash bytea       not null unique,
    staff_id   bigint      references staff on delete cascade, -- null: not signed in yet, no power
    data       jsonb       not null default '{}',              -- flash, next address; never personal data
    address    text        not null default '',
    agent      text        not null default '',
    created_at timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    fresh_at   timestamptz not null default now(),             -- last proof of identity, for step-up
    expires_at timestamptz not null,
    ended_at   timestamptz
);
create index signins_staff on signins (staff_id) where ended_at is null;
create index signins_expiry on signins (expires_at);

-- Failed tries by canonical account and by address, in windows (P9, T21).
create table signin_tries (
    key text        not null, -- 'account:<digest>' or 'address:<ip>'
    at  timestamptz not null default now(),
    id      bigint generated always as identity primary key
);
create index signin_tries_key on signin_tries (key, at);

-- Browsers that signed in before: the lane that a stranger's guessing cannot close.
create table known_devices (
    token_hash bytea       primary key,
    staff_id   bigint      not null references staff on delete cascade,
    created_at timestamptz not null default now(),
    used_at    timestamptz not null default now()
);

-- +goose Down
drop table known_devices, signin_tries, signins, staff;
