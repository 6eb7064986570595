CREATE TABLE "things" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "owner_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "things_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "things_title_not_empty" CHECK ("title" <> '')
);
