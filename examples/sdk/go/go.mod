module example.com/vectors

go 1.19

require github.com/craftamap/atlas-gonnect v0.2.1
