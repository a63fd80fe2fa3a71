-- The role and the database of Trailmark, made once, when the container of PostgreSQL has an empty volume.
\set password `cat /run/secrets/database_password`
CREATE ROLE trailmark LOGIN PASSWORD :'password';
CREATE DATABASE trailmark OWNER trailmark ENCODING 'UTF8' TEMPLATE template0;
