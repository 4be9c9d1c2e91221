module adapter

go 1.26

require github.com/craftamap/atlas-gonnect v0.2.1
