-- Trigram search. A trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');

CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL DEFAULT 'USER',
    "avatar_url" TEXT,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "users_handle_lower_case" CHECK ("handle" <> '' AND "handle" = lower("handle")),
    CONSTRAINT "users_name_not_empty" CHECK ("name" <> ''),
    CONSTRAINT "users_email_lower_case" CHECK ("email" = lower("email"))
);

CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "rotated_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sessions_generation_from_0" CHECK ("generation" >= 0),
    CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "refresh_tokens" (
    "hash" BYTEA NOT NULL,
    "session_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("hash"),
    CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- userByHandle, users(orderBy: HANDLE_ASC)
CREATE UNIQUE INDEX "users_handle_key" ON "users"("handle");

-- signIn, signUp
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- users(orderBy: CREATED_AT_ASC | CREATED_AT_DESC)
CREATE INDEX "users_created_at_id_idx" ON "users"("created_at", "id");

-- users(orderBy: NAME_ASC | NAME_DESC)
CREATE INDEX "users_name_id_idx" ON "users"("name", "id");

-- users(search:), ILIKE on either column
CREATE INDEX "users_search_idx" ON "users" USING gin ("name" gin_trgm_ops, "handle" gin_trgm_ops);

-- signOutEverywhere, changePassword, deleteAccount
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- the sweep of sessions that are over
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- refreshSession: the successor of a token, once
CREATE UNIQUE INDEX "refresh_tokens_session_id_generation_key" ON "refresh_tokens"("session_id", "generation");
