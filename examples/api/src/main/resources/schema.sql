-- Whoever comes, for one company; nobody reads what belongs to another row.
CREATE TABLE IF NOT EXISTS holder (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company VARCHAR(255) NOT NULL,
  person VARCHAR(300) NOT NULL,
  UNIQUE (company, person)
);
CREATE TABLE IF NOT EXISTS item (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  holder BIGINT NOT NULL REFERENCES holder,
  kind VARCHAR(50) NOT NULL,
  content VARCHAR(5000) NOT NULL
);
