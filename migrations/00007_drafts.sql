-- Workflows under change control: our drafts, and every definition that was ever seen live.
-- +goose Up

-- Documents are json, not jsonb: the order of keys and the spelling of numbers are the author's.
create table drafts (
    id              bigint generated always as identity primary key,
    kind            text        not null check (kind in ('workflow')),
    object_id       text        not null default '',  -- the workflow's group id; '' = a new one
    base_version_id text        not null default '',  -- what was live when it was begun
    base_number     int         not null default 0,
    base            json,                             -- that, in request form; null for a new one
    body            json        not null,             -- in request form, whole
    label           text        not null default '',
    version         bigint      not null default 1,   -- grows with every save: optimistic lock (F40)
    created_by      bigint      not null,
    created_name    text        not null,
    updated_by      bigint      not null,
    updated_name    text        not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null
);
create unique index drafts_one on drafts (kind, object_id) where object_id <> '';

-- The API edits a published version in place and keeps no history; this is it. A version of theirs has as many rows
-- as it had definitions.
create table workflow_revisions (
    id          bigint generated always as identity primary key,
    workflow_id text        not null references workflows on delete cascade,
    version_id  text        not null,
    number      int         not null default 0,
    body        json        not null,                  -- the detail as it was read
    hash        bytea       not null,                  -- of what is under change control in it
    source      text        not null check (source in ('desk', 'outside', 'seen')),
    author_id   bigint      not null default 0,
    author      text        not null default '',
    reason      text        not null default '',
    action_id   bigint      not null default 0,
    found_at    timestamptz not null
);
create index workflow_revisions_newest on workflow_revisions (workflow_id, id desc);

alter table actions add column workflow_id text not null default '';
create index actions_workflow on actions (workflow_id, asked_at desc) where workflow_id <> '';

-- For trying limits on ten thousand stored decisions at once.
alter table sessions add column aml_score double precision;
update sessions s set aml_score = (
    select max((x ->> 'score')::double precision)
    from decisions d, jsonb_array_elements(case when jsonb_typeof(d.doc -> 'screenings') = 'array' then d.doc -> 'screenings' else '[]' end) x
    where d.session_id = s.id)
where s.decision_at is not null;

-- +goose Down
alter table sessions drop column aml_score;
drop index actions_workflow;
alter table actions drop column workflow_id;
drop table workflow_revisions, drafts;
