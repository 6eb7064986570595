-- Users whose accounts are gone. Their tokens outlive them by some minutes, and what is written here names users by id alone.
CREATE TABLE "deleted_users" (
    "user_id" UUID NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deleted_users_pkey" PRIMARY KEY ("user_id")
);

-- Whether the user is deleted. One who is not stays so until the transaction ends: what follows from a deletion takes the same
-- lock, alone (see lock_user_to_delete). Each statement of a volatile function has a snapshot of its own, so the second one sees
-- what the first one waited for.
CREATE FUNCTION "hold_user_and_see_if_deleted"("id" UUID) RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended("id"::text, 0));
    RETURN EXISTS (SELECT FROM "deleted_users" "d" WHERE "d"."user_id" = "id");
END
$$;

-- Waits until nobody writes for or about the user, and keeps them waiting until the transaction ends.
CREATE FUNCTION "lock_user_to_delete"("id" UUID) RETURNS VOID LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtextextended("id"::text, 0));
$$;
