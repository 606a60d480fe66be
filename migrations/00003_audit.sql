-- The audit log: append only, each entry sealed by the hash of the one before.
-- +goose Up
create table audit_entries (
    seq         bigint      primary key,          -- dense from 1: a gap is a finding
    at          timestamptz not null,
    actor_id    bigint      not null,             -- staff.id; 0 = the desk itself
    actor_name  text        not null,
    actor_role  text        not null,
    signin_id   bigint      not null default 0,
    address     text        not null default '',
    act         text        not null,             -- 'session.approve', 'person.reveal', 'staff.signin' …
    object_kind text        not null default '',  -- 'session', 'user', 'staff', 'setting' …
    object_id   text        not null default '',  -- never personal data
    subject     bytea,                            -- keyed digest of the person concerned: searchable, not readable
    outcome     text        not null check (outcome in ('asked', 'done', 'refused', 'unknown', 'noted')),
    settles     bigint      references audit_entries (seq),
    detail      jsonb       not null default '{}', -- what is not personal: statuses, codes, counts
    sealed      bytea,                             -- what is: encrypted under the subject's key
    prev        bytea       not null,
    hash        bytea       not null
);
create index audit_actor on audit_entries (actor_id, seq desc);
create index audit_act on audit_entries (act, seq desc);
create index audit_object on audit_entries (object_kind, object_id, seq desc);
create index audit_subject on audit_entries (subject, seq desc) where subject is not null;
create unique index audit_settled_once on audit_entries (settles) where settles is not null and outcome <> 'unknown';

-- Where the chain ends. One row; writers queue on it.
create table audit_head (
    one  boolean primary key default true check (one),
    seq  bigint  not null,
    hash bytea   not null
);
insert into audit_head (seq, hash) values (0, '\x0000000000000000000000000000000000000000000000000000000000000000');

-- One key a person, wrapped; destroying it makes their entries unreadable and leaves the chain whole.
create table audit_keys (
    subject    bytea       primary key,
    wrapped    bytea,                     -- null = destroyed
    created_at timestamptz not null default now(),
    erased_at  timestamptz
);

-- +goose StatementBegin
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append only';
end $$;
-- +goose StatementEnd
create trigger audit_no_change before update or delete on audit_entries for each row execute function audit_is_append_only();
create trigger audit_no_truncate before truncate on audit_entries for each statement execute function audit_is_append_only();

-- +goose Down
drop table audit_keys, audit_head, audit_entries;
drop function audit_is_append_only;
