-- CreateTable
CREATE TABLE "ModelCall" (
    "id" UUID NOT NULL,
    "experimentId" UUID,
    "episode" INTEGER,
    "role" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "prompt" TEXT NOT NULL,
    "answer" TEXT,
    "turns" JSONB NOT NULL DEFAULT '[]',
    "tokensIn" INTEGER DEFAULT 0,
    "tokensOut" INTEGER DEFAULT 0,
    "usd" DOUBLE PRECISION DEFAULT 0,
    "ms" INTEGER,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelCall_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ModelCall_experimentId_episode_idx" ON "ModelCall"("experimentId", "episode");

-- AddForeignKey
ALTER TABLE "ModelCall" ADD CONSTRAINT "ModelCall_experimentId_fkey" FOREIGN KEY ("experimentId") REFERENCES "Experiment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
