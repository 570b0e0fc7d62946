# A thin front: each target is one script, and each script explains itself at its top.
.PHONY: help setup build demo test e2e soak image bench clean
help:                 ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' Makefile | expand -t 16
setup:                ## install the Debian packages that the build and the tests need
	@tools/setup
build: setup          ## build/gcc/etcd-druid
	@tools/build gcc
demo: setup           ## a cluster, the operator and a three-member etcd with a backup, shown as it happens
	@tools/demo
test: setup           ## everything that needs no Kubernetes
	@tools/test
e2e: setup            ## the rest, on a Kubernetes that it brings up itself
	@tools/e2e
soak: setup           ## long fuzzing and simulation (hours: SOAK_MINUTES per fuzz target, SOAK_HISTORIES)
	@tools/soak
image: setup          ## the release binary and its image, out/
	@packaging/image
bench: build          ## the figures of docs/benchmarks.md
	@tests/bench/run
clean:                ## remove what was built here; the caches outside the clone stay
	@rm -rf build out
