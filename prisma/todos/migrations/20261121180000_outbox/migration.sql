-- Events that others must hear of, one row for each event and target, written with the data that they tell of.
CREATE TABLE "outbox" (
    "sequence" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "target" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "delivered_at" TIMESTAMPTZ(6),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("sequence")
);

-- an event is told to a target under one id
CREATE UNIQUE INDEX "outbox_id_target_key" ON "outbox"("id", "target");

-- the relay: what is due for a target
CREATE INDEX "outbox_due_idx" ON "outbox"("target", "next_attempt_at") WHERE "delivered_at" IS NULL;

-- the relay: whether an earlier event of the same key waits
CREATE INDEX "outbox_waiting_idx" ON "outbox"("target", "key", "sequence") WHERE "delivered_at" IS NULL;

-- the sweep of what was delivered long ago
CREATE INDEX "outbox_delivered_at_idx" ON "outbox"("delivered_at") WHERE "delivered_at" IS NOT NULL;
