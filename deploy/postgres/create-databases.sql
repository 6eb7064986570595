-- Read by psql when the volume of PostgreSQL is empty: a database for each subgraph, and its role, which can open no other one.
\getenv users_password USERS_DATABASE_PASSWORD
\getenv todos_password TODOS_DATABASE_PASSWORD

REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;

CREATE ROLE "users" LOGIN PASSWORD :'users_password';
CREATE DATABASE "users" OWNER "users";
REVOKE ALL ON DATABASE "users" FROM PUBLIC;

CREATE ROLE "todos" LOGIN PASSWORD :'todos_password';
CREATE DATABASE "todos" OWNER "todos";
REVOKE ALL ON DATABASE "todos" FROM PUBLIC;
