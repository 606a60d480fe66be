-- What Didit tells by itself: every event once and for ever, and who sent us forgeries.
-- +goose Up
create table webhook_events (
    event_id    text        primary key,            -- unique for ever (F18); older API: 'body:' and the body's digest
    kind        text        not null default '',    -- webhook_type
    session_id  text        not null default '',    -- as told; no foreign key: it may be nobody we know
    status      text        not null default '',
    application text        not null default '',
    environment text        not null default '',
    signed_at   timestamptz not null,               -- timestamp in the body, whole seconds
    received_at timestamptz not null,
    fresh       boolean     not null,               -- false: authentic, but too old to be applied (F21)
    test        boolean     not null default false, -- sent from Didit's console to try the address
    payload     jsonb       not null,               -- as it came, media links replaced by their path
    state       text        not null default 'new'  -- reread: the session was read again instead of believing the payload
        check (state in ('new', 'applied', 'reread', 'unmatched', 'noted')),
    tries       int         not null default 0,
    next_at     timestamptz not null,               -- when a new one is tried (again)
    settled_at  timestamptz
);
create index webhook_events_open on webhook_events (signed_at, received_at) where state = 'new';
create index webhook_events_session on webhook_events (session_id, signed_at desc) where session_id <> '';
create index webhook_events_trusted on webhook_events (settled_at) where state = 'applied' and application <> '';

-- One row a source of forged webhooks; it makes the audit's one row a minute (F22).
create table webhook_forgeries (
    source   text        primary key, -- address; of IPv6 the network
    noted_at timestamptz not null,    -- when the audit last heard of it
    total    bigint      not null
);

-- +goose Down
drop table webhook_forgeries, webhook_events;
