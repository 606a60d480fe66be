-- Four eyes: what waits for a second person, bound to the hash of exactly what will be done.
-- +goose Up
create table approvals (
    id             bigint generated always as identity primary key,
    nonce          text        not null unique,          -- of the maker's form: sent twice is asked once (F39)
    act            text        not null,                 -- 'session.delete' …
    payload        text        not null,                 -- canonical JSON, byte for byte what was hashed
    sum            bytea       not null,                 -- SHA-256 of the payload
    object_version text        not null,                 -- what the request was made on
    reason         text        not null,
    state          text        not null default 'waiting'
                   check (state in ('waiting', 'approved', 'refused', 'expired', 'used', 'withdrawn', 'stopped')),
    version        bigint      not null default 1,       -- grows with every change of state
    maker_id       bigint      not null references staff,
    maker_name     text        not null,
    maker_signin   bigint      not null,
    maker_address  text        not null default '',
    asked_at       timestamptz not null,
    expires_at     timestamptz not null,
    decider_id     bigint      references staff,          -- who approved, refused or took it back; null = nobody, or the desk
    decider_name   text        not null default '',
    decider_signin bigint      not null default 0,
    decided_at     timestamptz,
    words          text        not null default '',       -- why it was refused or stopped
    used_at        timestamptz,
    ran_kind       text        not null default '',       -- 'action', 'job', 'setting': what carried it out
    ran_id         text        not null default '',
    audit_seq      bigint      not null default 0,        -- of the entry that asked
    check (decider_id is distinct from maker_id or state in ('withdrawn', 'expired', 'stopped')),
    check (expires_at <= asked_at + interval '30 minutes')
);
create index approvals_open on approvals (expires_at) where state in ('waiting', 'approved');
create index approvals_maker on approvals (maker_id, id desc);
create index approvals_ran on approvals (ran_kind, ran_id) where ran_id <> '';

-- Which approval a long job runs under; null = its maker's own power.
alter table bulk_jobs add column approval_id bigint references approvals;
create index bulk_jobs_actor on bulk_jobs (actor_id, created_at);
create index actions_actor on actions (actor_id, asked_at);

-- A browser's own mark, kept through every account that signs in with it: two accounts of one browser are taken for one
-- person (T9). Null: signed in before this, or as a person of the demo, who all share the visitor's browser.
alter table known_devices add column browser bytea;
create index known_devices_browser on known_devices (browser) where browser is not null;

-- The forms of an address that mail providers deliver to one person (a+b@, a.b@), as one.
-- +goose StatementBegin
create function mailbox(address text) returns text language sql immutable parallel safe as $$
    select replace(split_part(split_part(lower(address), '@', 1), '+', 1), '.', '') || '@' || rtrim(split_part(lower(address), '@', 2), '.')
$$;
-- +goose StatementEnd

-- +goose Down
drop function mailbox;
drop index known_devices_browser;
alter table known_devices drop column browser;
drop index actions_actor, bulk_jobs_actor;
alter table bulk_jobs drop column approval_id;
drop table approvals;
