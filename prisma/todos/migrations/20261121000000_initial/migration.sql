-- Trigram search. A trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE "Visibility" AS ENUM ('PRIVATE', 'PUBLIC');

CREATE TYPE "ListRole" AS ENUM ('OWNER', 'EDITOR', 'READER');

CREATE TYPE "TodoStatus" AS ENUM ('OPEN', 'IN_PROGRESS', 'DONE');

-- In rising order, which is the order of PRIORITY_DESC read backwards.
CREATE TYPE "Priority" AS ENUM ('LOW', 'NORMAL', 'HIGH', 'URGENT');

CREATE TABLE "lists" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "visibility" "Visibility" NOT NULL DEFAULT 'PRIVATE',
    "owner_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "lists_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "lists_name_not_empty" CHECK ("name" <> ''),
    CONSTRAINT "lists_version_from_1" CHECK ("version" >= 1)
);

CREATE TABLE "list_members" (
    "list_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "ListRole" NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "list_members_pkey" PRIMARY KEY ("list_id","user_id"),
    CONSTRAINT "list_members_list_id_fkey" FOREIGN KEY ("list_id") REFERENCES "lists"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "todos" (
    "id" UUID NOT NULL,
    "list_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "notes" TEXT,
    "status" "TodoStatus" NOT NULL DEFAULT 'OPEN',
    "priority" "Priority" NOT NULL DEFAULT 'NORMAL',
    "due_at" TIMESTAMPTZ(3),
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "owner_id" UUID,
    "assignee_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "todos_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "todos_title_not_empty" CHECK ("title" <> ''),
    CONSTRAINT "todos_done_has_a_time" CHECK (("status" = 'DONE') = ("completed_at" IS NOT NULL)),
    CONSTRAINT "todos_version_from_1" CHECK ("version" >= 1),
    CONSTRAINT "todos_list_id_fkey" FOREIGN KEY ("list_id") REFERENCES "lists"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- lists of an owner: deleting an account
CREATE INDEX "lists_owner_id_created_at_id_idx" ON "lists"("owner_id", "created_at", "id");

-- Query.lists for the anonymous: public ones, newest first
CREATE INDEX "lists_public_id_idx" ON "lists"("id") WHERE "visibility" = 'PUBLIC';

-- the rule of who sees what, Query.lists, User.lists: the lists of a member
CREATE INDEX "list_members_user_id_list_id_idx" ON "list_members"("user_id", "list_id");

-- TodoList.members in their order, and the oldest editor
CREATE INDEX "list_members_list_id_added_at_user_id_idx" ON "list_members"("list_id", "added_at", "user_id");

-- TodoList.todos, and Query.todos of a viewer, which merges their lists. First
-- CREATED_AT_ASC and CREATED_AT_DESC, also TodoList.stats
CREATE INDEX "todos_list_id_created_at_id_idx" ON "todos"("list_id", "created_at", "id");

-- UPDATED_AT_DESC
CREATE INDEX "todos_list_id_updated_at_id_idx" ON "todos"("list_id", "updated_at", "id");

-- DUE_AT_ASC, TodoFilter.dueBefore and dueAfter: without a date comes last
CREATE INDEX "todos_list_id_due_at_id_idx" ON "todos"("list_id", coalesce("due_at", 'infinity'), "id");

-- DUE_AT_DESC: without a date comes last here too
CREATE INDEX "todos_list_id_due_at_desc_id_idx" ON "todos"("list_id", coalesce("due_at", '-infinity'), "id");

-- PRIORITY_DESC
CREATE INDEX "todos_list_id_priority_id_idx" ON "todos"("list_id", "priority", "id");

-- TITLE_ASC
CREATE INDEX "todos_list_id_title_id_idx" ON "todos"("list_id", "title", "id");

-- User.todos. The orders that have no index here sort what the first one finds
-- CREATED_AT_ASC and CREATED_AT_DESC, also User.todoStats
CREATE INDEX "todos_owner_id_created_at_id_idx" ON "todos"("owner_id", "created_at", "id");

-- UPDATED_AT_DESC
CREATE INDEX "todos_owner_id_updated_at_id_idx" ON "todos"("owner_id", "updated_at", "id");

-- DUE_AT_ASC
CREATE INDEX "todos_owner_id_due_at_id_idx" ON "todos"("owner_id", coalesce("due_at", 'infinity'), "id");

-- Query.todos of the anonymous, who walk all todos in the order and skip what is private
-- CREATED_AT_ASC and CREATED_AT_DESC
CREATE INDEX "todos_created_at_id_idx" ON "todos"("created_at", "id");

-- UPDATED_AT_DESC
CREATE INDEX "todos_updated_at_id_idx" ON "todos"("updated_at", "id");

-- DUE_AT_ASC
CREATE INDEX "todos_due_at_id_idx" ON "todos"(coalesce("due_at", 'infinity'), "id");

-- DUE_AT_DESC
CREATE INDEX "todos_due_at_desc_id_idx" ON "todos"(coalesce("due_at", '-infinity'), "id");

-- PRIORITY_DESC
CREATE INDEX "todos_priority_id_idx" ON "todos"("priority", "id");

-- TITLE_ASC
CREATE INDEX "todos_title_id_idx" ON "todos"("title", "id");

-- TodoFilter.assigneeId, removeMember, deleting an account
CREATE INDEX "todos_assignee_id_idx" ON "todos"("assignee_id") WHERE "assignee_id" IS NOT NULL;

-- TodoFilter.tagsAny (&&), TodoFilter.tagsAll (@>)
CREATE INDEX "todos_tags_idx" ON "todos" USING gin ("tags");

-- TodoFilter.text, ILIKE on either column
CREATE INDEX "todos_text_idx" ON "todos" USING gin ("title" gin_trgm_ops, "notes" gin_trgm_ops);
