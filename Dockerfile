# The program in an image that has proved itself: what it needs is restored, the main job has run and the tests have passed.
#   docker build -t neuralburden .
#   docker run --rm -v "$PWD/runs:/neuralburden/runs" neuralburden run
FROM mcr.microsoft.com/dotnet/sdk:10.0
WORKDIR /neuralburden
COPY . .
RUN ./nb run
RUN ./nb test
ENTRYPOINT ["./nb"]
CMD ["run"]
