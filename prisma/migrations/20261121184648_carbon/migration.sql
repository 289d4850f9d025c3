-- AlterTable
ALTER TABLE "Episode" ADD COLUMN     "energyWh" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "Experiment" ADD COLUMN     "carbonGrams" DOUBLE PRECISION NOT NULL DEFAULT 0;
