-- AlterTable
ALTER TABLE "Experiment" ADD COLUMN     "controls" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "goal" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "limits" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "planning" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "strategy" TEXT NOT NULL DEFAULT 'hybrid';

-- AlterTable
ALTER TABLE "Solution" ADD COLUMN     "feasible" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "partial" BOOLEAN NOT NULL DEFAULT false;
